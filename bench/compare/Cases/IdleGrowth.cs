using MeshProxy.Compare.Load;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>Resident memory of a fresh process, and what idle connections add to it.</summary>
internal readonly record struct IdleGrowth(double IdleMiB, double KiBPerConnection)
{
    public const int Count = 3000;

    private const int FirstOnes = 64;
    private const double KiBPerMiB = 1024;

    /// <summary>MeshProxy gives the pages of its start back after a second.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A few connections come and go in between, so that the code's own pages, which come in once, are not taken for memory per connection.
    /// </summary>
    public static IdleGrowth Measure(ServerProcess proxy, Target target)
    {
        var idle = SettledKiB(proxy);
        IdleConnections.Open(target, FirstOnes).Dispose();
        var before = SettledKiB(proxy);
        using var connections = IdleConnections.Open(target, Count);
        return new IdleGrowth(idle / KiBPerMiB, (SettledKiB(proxy) - before) / (double)Count);
    }

    /// <summary>All processes of the proxy; pages that nginx's processes share count in each of them.</summary>
    private static long SettledKiB(ServerProcess proxy)
    {
        Thread.Sleep(Settle);
        proxy.RequireRunning();
        return proxy.Pids.Sum(ProcFile.ResidentKiB);
    }
}
