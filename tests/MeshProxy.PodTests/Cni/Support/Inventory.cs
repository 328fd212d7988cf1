namespace MeshProxy.PodTests.Cni.Support;

/// <summary>What a call could leave on a machine, as one text to compare: its own processes, its temporary files, files beside it.</summary>
internal static class Inventory
{
    public static string Take(CniNode node) => string.Join('\n',
    [
        .. Processes(node.Plugin),
        .. Directory.GetFileSystemEntries(node.Temporary).Order(),
        .. Directory.GetFileSystemEntries(node.Binaries).Order(),
    ]);

    /// <summary>By the file they run; a process that ends meanwhile is none.</summary>
    private static IEnumerable<string> Processes(string program)
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(f => char.IsDigit(Path.GetFileName(f)[0])))
        {
            string commandLine;
            try
            {
                commandLine = File.ReadAllText(Path.Combine(folder, "cmdline"));
            }
            catch (IOException)
            {
                continue;
            }
            if (commandLine.StartsWith(program, StringComparison.Ordinal))
                yield return commandLine;
        }
    }
}
