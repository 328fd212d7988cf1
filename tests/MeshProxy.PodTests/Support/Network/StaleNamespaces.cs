using System.Diagnostics;
using System.Globalization;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Network;

/// <summary>
/// Namespaces are named prefix, owner's process id, counter, role. Those whose owner has gone were left by a test run that was killed, and
/// are removed with their processes before the first namespace is made.
/// </summary>
internal static class StaleNamespaces
{
    public const string Prefix = "meshtest-";

    private static readonly Lazy<bool> Removed = new(() =>
    {
        foreach (var name in Existing().Where(OwnerHasGone))
        {
            KillProcesses(name);
            Tool.Run("ip", ["netns", "delete", name]);
        }
        return true;
    });

    public static void RemoveOnce() => _ = Removed.Value;

    public static void KillProcesses(string name)
    {
        foreach (var id in Tool.Run("ip", ["netns", "pids", name]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Signals.Send(int.Parse(id, CultureInfo.InvariantCulture), Signal.Kill);
    }

    private static IEnumerable<string> Existing() => Directory.Exists("/run/netns")
        ? Directory.GetFiles("/run/netns").Select(Path.GetFileName).OfType<string>()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        : [];

    private static bool OwnerHasGone(string name) =>
        int.TryParse(name[Prefix.Length..].Split('-')[0], CultureInfo.InvariantCulture, out var owner)
        && !Directory.Exists($"/proc/{owner}");
}
