using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Netfilter;
using MeshProxy.Values;

namespace MeshProxy.Commands;

/// <summary>
/// Tells how it went: results on standard output, notes, warnings and the one-line cause of a failure on standard error, and that cause in
/// the termination log too, which is what <c>kubectl describe pod</c> shows. With JSON, one object on standard output.
/// </summary>
internal sealed class InitReport(string command, InvocationConfiguration console, bool json)
{
    public ExitCode BadValues(ImmutableArray<string> errors)
    {
        foreach (var error in errors)
            Complain(error);
        TerminationLog.Write(errors.Select(e => $"{command}: {e}"));
        if (json)
            console.Output.WriteLine(InitJson.BadValues(errors, ExitCode.BadConfig));
        return ExitCode.BadConfig;
    }

    public void Notes(ImmutableArray<string> notes)
    {
        foreach (var note in notes)
            Complain($"note: {note}");
    }

    public ExitCode Outcome(RedirectOutcome outcome)
    {
        var exitCode = outcome.Failure is { } cause ? ExitCodeOf(cause.Kind) : ExitCode.Ok;
        foreach (var warning in outcome.Warnings)
            Complain($"warning: {warning}");
        if (json)
            console.Output.WriteLine(InitJson.Outcome(outcome, exitCode));
        else
            Print(outcome);
        if (outcome.Failure is { } failure)
        {
            Complain(failure.ToString());
            TerminationLog.Write([$"{command}: {failure}"]);
        }
        return exitCode;
    }

    private void Print(RedirectOutcome outcome)
    {
        foreach (var difference in outcome.Differences)
            console.Output.WriteLine(difference);
        foreach (var timeout in outcome.Timeouts)
            Say($"{timeout.Name} {DurationText.Format(timeout.After)}{Was(timeout)}");
        foreach (var probe in outcome.Probes)
            Say($"self-test {probe.Direction} {probe.Family}: {ChoiceText.Of(probe.Verdict)}, {probe.Detail}");
        foreach (var rule in outcome.Rules)
            Say($"{rule.Chain}, {rule.Rule}: {rule.Packets} packets");
        if (outcome.Failure is null)
            Say(Summary(outcome));
    }

    private static string Was(TimeoutChange timeout) =>
        timeout.Before == timeout.After ? "" : $", was {DurationText.Format(timeout.Before)}";

    private static string Summary(RedirectOutcome outcome)
    {
        var through = outcome.Backend == RedirectBackend.Netlink ? "nf_tables over netlink" : ChoiceText.Of(outcome.Backend);
        return outcome.State switch
        {
            RedirectState.Applied => $"redirect in force through {through}, config {outcome.Hash}",
            RedirectState.AlreadyConfigured => $"already configured through {through}, config {outcome.Hash}; nothing changed",
            RedirectState.InForce => $"in force through {through}{(outcome.Hash.Length > 0 ? $", config {outcome.Hash}" : "")}",
            RedirectState.Removed => "rules removed; conntrack timeouts stay as they are",
            _ => "there were no rules to remove",
        };
    }

    private static ExitCode ExitCodeOf(FailureKind kind) => kind switch
    {
        FailureKind.BadValue => ExitCode.BadConfig,
        FailureKind.Unsupported or FailureKind.NoIpv6 => ExitCode.KernelLacksFeature,
        FailureKind.OperatingSystem => ExitCode.OperatingSystem,
        FailureKind.Permission => ExitCode.Permission,
        FailureKind.Conflict => ExitCode.ConflictingRules,
        _ => ExitCode.RedirectCheckFailed,
    };

    private void Say(string line) => console.Output.WriteLine($"{command}: {line}");

    private void Complain(string line) => console.Error.WriteLine($"{command}: {line}");
}
