using System.Collections.Immutable;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Netfilter.Backends;

/// <summary>
/// One family's iptables programs of one variant. Everything goes through <c>…-restore --noflush</c> on standard input: one program per
/// change, all of a table or nothing.
/// </summary>
internal sealed class IptablesProgram(IpFamily family, bool legacy)
{
    /// <summary>Legacy programs take turns by a lock file; those of nf_tables need none.</summary>
    private const string LegacyLockWait = "30";

    private readonly string _name = $"{(family == IpFamily.V4 ? "iptables" : "ip6tables")}-{(legacy ? "legacy" : "nft")}";

    public IpFamily Family => family;

    /// <summary>
    /// Adds a rule for real, in a chain that nothing jumps to, and takes it away: the only proof that kernel and program fit.
    /// </summary>
    /// <exception cref="NetfilterException">It cannot; the message says why.</exception>
    public void Probe() => Restore(ProbeText("-p tcp -j RETURN"), "adding a rule");

    /// <summary>Whether the kernel can tell where a socket listens.</summary>
    public bool HasSocketMatch() => TryRestore(ProbeText("-p tcp -m socket --nowildcard -j RETURN")).ExitCode == 0;

    /// <exception cref="NetfilterException">The program failed; nothing of the failing table changed.</exception>
    public void Restore(string text, string doing)
    {
        var answer = TryRestore(text);
        if (answer.ExitCode != 0)
            throw Failed($"{_name}-restore", answer, doing);
    }

    /// <summary>The rules in force, as <c>…-save</c> prints them: a line for each table, chain and rule.</summary>
    /// <exception cref="NetfilterException">The program failed.</exception>
    public ImmutableArray<string> Save()
    {
        var answer = HostProgram.Run($"{_name}-save", [], "");
        return answer.ExitCode == 0
            ? [.. answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]
            : throw Failed($"{_name}-save", answer, "reading the rules");
    }

    private HostProgram.Answer TryRestore(string text) =>
        HostProgram.Run($"{_name}-restore", legacy ? ["--noflush", "-w", LegacyLockWait] : ["--noflush"], text);

    private static string ProbeText(string rule)
    {
        const string Chain = IptablesText.ChainPrefix + "PROBE";
        return $"*mangle\n:{Chain} - [0:0]\n-A {Chain} {rule}\nCOMMIT\n*mangle\n-F {Chain}\n-X {Chain}\nCOMMIT\n";
    }

    /// <summary>
    /// iptables' exit codes: 2 the rule was not understood, 3 program and kernel do not fit, 4 no resource or permission, 1 all else.
    /// </summary>
    private NetfilterException Failed(string program, HostProgram.Answer answer, string doing)
    {
        var text = answer.Error.ReplaceLineEndings(" ").Trim();
        // Legacy programs open a raw socket; without the capability they only say that a table cannot be initialized.
        foreach (var needed in legacy ? new[] { Capability.NetAdmin, Capability.NetRaw } : [Capability.NetAdmin])
        {
            if (!Permissions.Has(needed))
                return Permissions.Missing(needed, $"{doing} through {program}");
        }
        if (text.Contains("xtables.lock", StringComparison.Ordinal))
        {
            return new NetfilterException(
                FailureKind.Permission, $"{doing} failed: {text}",
                "mount a writable /run, or leave --backend out: the default takes no lock");
        }
        return answer.ExitCode == 3
            ? new NetfilterException(
                FailureKind.Unsupported, $"{program} does not fit this kernel: {text}",
                $"try --backend {(legacy ? "iptables-nft" : "iptables-legacy")}, or leave --backend out")
            : new NetfilterException(FailureKind.OperatingSystem, $"{doing} failed: {program} ended with {answer.ExitCode}: {text}");
    }
}
