using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using MeshProxy.Netfilter;

namespace MeshProxy.Commands;

/// <summary>The report of <c>init</c> for programs: one JSON object. Durations are in seconds.</summary>
internal static class InitJson
{
    public static string Outcome(RedirectOutcome outcome, ExitCode exitCode) => Write(json =>
    {
        json.WriteString("state", ChoiceText.Of(outcome.State));
        json.WriteString("backend", ChoiceText.Of(outcome.Backend));
        json.WriteString("config", outcome.Hash);
        WriteFailure(json, outcome.Failure);
        WriteTexts(json, "warnings", outcome.Warnings);
        WriteTexts(json, "differences", outcome.Differences);
        WriteTimeouts(json, outcome.Timeouts);
        WriteProbes(json, outcome.Probes);
        WriteRules(json, outcome.Rules);
        json.WriteNumber("exitCode", (int)exitCode);
    });

    public static string BadValues(ImmutableArray<string> errors, ExitCode exitCode) => Write(json =>
    {
        json.WriteString("state", ChoiceText.Of(RedirectState.Failed));
        WriteFailure(json, new NetfilterFailure(FailureKind.BadValue, string.Join("; ", errors)));
        json.WriteNumber("exitCode", (int)exitCode);
    });

    private static void WriteFailure(Utf8JsonWriter json, NetfilterFailure? failure)
    {
        if (failure is null)
            return;
        json.WriteStartObject("failure");
        json.WriteString("kind", ChoiceText.Of(failure.Kind));
        json.WriteString("cause", failure.Cause);
        json.WriteString("cure", failure.Cure);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void WriteTimeouts(Utf8JsonWriter json, ImmutableArray<TimeoutChange> timeouts)
    {
        json.WriteStartArray("timeouts");
        foreach (var timeout in timeouts)
        {
            json.WriteStartObject();
            json.WriteString("name", timeout.Name);
            json.WriteNumber("before", timeout.Before.TotalSeconds);
            json.WriteNumber("after", timeout.After.TotalSeconds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteProbes(Utf8JsonWriter json, ImmutableArray<ProbeReport> probes)
    {
        json.WriteStartArray("probes");
        foreach (var probe in probes)
        {
            json.WriteStartObject();
            json.WriteString("direction", probe.Direction);
            json.WriteString("family", probe.Family);
            json.WriteString("verdict", ChoiceText.Of(probe.Verdict));
            json.WriteString("detail", probe.Detail);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteRules(Utf8JsonWriter json, ImmutableArray<RuleCount> rules)
    {
        json.WriteStartArray("rules");
        foreach (var rule in rules)
        {
            json.WriteStartObject();
            json.WriteString("chain", rule.Chain);
            json.WriteString("rule", rule.Rule);
            json.WriteNumber("packets", rule.Packets);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
