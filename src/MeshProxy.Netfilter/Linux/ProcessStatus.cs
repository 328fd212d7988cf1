using System.Globalization;

namespace MeshProxy.Netfilter.Linux;

/// <summary>Identity and capability sets of the calling thread (/proc/thread-self/status, proc(5)).</summary>
internal sealed record ProcessStatus(uint EffectiveUid, ulong Effective, ulong Bounding, bool NoNewPrivileges)
{
    public static ProcessStatus OfThisThread()
    {
        var fields = File.ReadLines("/proc/thread-self/status")
            .Select(line => line.Split('\t', StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts.Length > 1)
            .ToDictionary(parts => parts[0], parts => parts);
        return new ProcessStatus(
            uint.Parse(fields["Uid:"][2], CultureInfo.InvariantCulture),
            ulong.Parse(fields["CapEff:"][1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            ulong.Parse(fields["CapBnd:"][1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
            fields.TryGetValue("NoNewPrivs:", out var flag) && flag[1] == "1");
    }
}
