using System.Runtime.InteropServices;

namespace MeshProxy.PodTests.Support.Processes;

internal static partial class Signals
{
    /// <summary>A process that has already gone is no error: that is what the signal was for.</summary>
    public static void Send(int processId, Signal signal) => _ = Kill(processId, (int)signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
