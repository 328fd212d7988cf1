using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>What calls could leave on a machine, as one text to compare: their own processes, the node's files and rules.</summary>
internal static class Inventory
{
    public static string Take(CniNode node) => string.Join('\n',
    [
        .. Processes(node.Plugin),
        .. Directory.GetFileSystemEntries(node.Files, "*", SearchOption.AllDirectories).Order(),
        NamespaceState.Rules(node.Namespace),
    ]);

    /// <summary>What the kernel calls a namespace, <c>net:[4026532000]</c>, which names it wherever it is held.</summary>
    public static string Identity(NetworkNamespace space) => Mounts().First(mount => mount.Path == space.Path).Identity;

    /// <summary>
    /// Those of the namespaces that a process of ours is in, or that a mount of ours keeps, once their sockets are closed. The kernel gives
    /// the number of one that has gone to the next, whoever makes it, so that other people's say nothing.
    /// </summary>
    public static IEnumerable<string> Held(CniNode node, IEnumerable<string> identities)
    {
        var own = NetworkNamespace.PrefixOfThisRun;
        var mounted = Mounts().Where(mount => Path.GetFileName(mount.Path).StartsWith(own, StringComparison.Ordinal)
            || mount.Path.StartsWith(node.Files, StringComparison.Ordinal));
        var calls = OfProcesses(folder =>
            new FileInfo($"{folder}/exe").LinkTarget == Container.Executable ? new FileInfo($"{folder}/ns/net").LinkTarget ?? "" : "");
        return identities.Intersect([.. mounted.Select(mount => mount.Identity), .. calls]);
    }

    private static IEnumerable<(string Identity, string Path)> Mounts() => File.ReadLines("/proc/self/mountinfo")
        .Select(line => line.Split(' '))
        .Select(fields => (fields[3], fields[4]));

    private static IEnumerable<string> Processes(string program) =>
        OfProcesses(folder => File.ReadAllText($"{folder}/cmdline")).Where(line => line.StartsWith(program, StringComparison.Ordinal));

    /// <summary>A process that ends meanwhile is none.</summary>
    private static IEnumerable<string> OfProcesses(Func<string, string> read)
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(f => char.IsDigit(Path.GetFileName(f)[0])))
        {
            string text;
            try
            {
                text = read(folder);
            }
            catch (IOException)
            {
                continue;
            }
            yield return text;
        }
    }
}
