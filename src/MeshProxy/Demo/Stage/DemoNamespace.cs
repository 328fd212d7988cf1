using System.Diagnostics;
using System.Globalization;

namespace MeshProxy.Demo.Stage;

/// <summary>The end of a namespace: its processes first, for a namespace lives as long as a process in it.</summary>
internal static class DemoNamespace
{
    /// <summary>Does nothing where there is none.</summary>
    public static void Remove(string space)
    {
        if (!File.Exists(DemoMap.PathOf(space)))
            return;
        foreach (var id in HostTool.Run("ip", ["netns", "pids", space]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Kill(int.Parse(id, CultureInfo.InvariantCulture));
        HostTool.Run("ip", ["netns", "delete", space]);
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
            process.WaitForExit();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }
    }
}
