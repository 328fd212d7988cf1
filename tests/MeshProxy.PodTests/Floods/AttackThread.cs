using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Floods;

/// <summary>
/// A thread of an attack's own in the attackers' pod, because its CPU time is what the sidecar's is compared with: what it does must not
/// be awaited, and it opens its sockets itself, for a thread for each would make attacks look dear.
/// </summary>
internal static class AttackThread
{
    /// <returns>What it spent, in seconds of CPU.</returns>
    public static Task<double> RunAsync(Pod from, Action work)
    {
        var spent = Task.Factory.StartNew(
            () => NamespaceThread.Run(from.Namespace.Path, () => Measured(work)),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        return spent.WaitAsync(Bound.Work);
    }

    private static double Measured(Action work)
    {
        work();
        return CpuTime.OfThisThread;
    }
}
