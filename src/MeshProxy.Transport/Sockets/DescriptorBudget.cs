using MeshProxy.Transport.Linux;

namespace MeshProxy.Transport.Sockets;

/// <summary>
/// How many connections the process's descriptor limit carries, so that accepting stops before anything else fails: two sockets each,
/// after what the process has open already and a reserve for the admin server, files and splice pipes.
/// Asked once per connection, by all loops.
/// </summary>
public sealed class DescriptorBudget
{
    /// <summary>
    /// An idle sidecar has 46 descriptors open when this is asked and 108 once every endpoint of the admin port was used, for the runtime
    /// keeps one per assembly; 24 admin connections come on top. Where descriptors run out all the same, the runtime can load no assembly
    /// and start no thread, and ends the process.
    /// </summary>
    private const int Reserve = 128;

    private readonly long _connections;
    private long _taken;

    /// <param name="limit">Soft limit of descriptors (RLIMIT_NOFILE).</param>
    /// <param name="open">Descriptors open before the first connection.</param>
    /// <param name="connections">More are not to be accepted, whatever the descriptors: the memory limit's word.</param>
    public DescriptorBudget(long limit, int open, long connections = long.MaxValue)
    {
        var free = Math.Max(2, limit - open - Reserve);
        Pipes = (int)Math.Clamp(free / 16, 1, 64);
        var carried = Math.Max(1, (free - 2 * Pipes) / 2);
        LimitedBy = connections < carried ? ResourceLimit.Memory : ResourceLimit.Descriptors;
        _connections = Math.Min(carried, Math.Max(1, connections));
    }

    /// <summary>Which of the two allows fewer connections.</summary>
    public ResourceLimit LimitedBy { get; }

    /// <summary>
    /// Splice pipes that may exist in all: an eighth of what is free, and no more than the kernel's share of one user (64).
    /// </summary>
    public int Pipes { get; }

    public long Connections => _connections;

    public long Taken => Volatile.Read(ref _taken);

    public static DescriptorBudget OfThisProcess(long connections = long.MaxValue) =>
        new(DescriptorCalls.Limit(), Directory.GetFiles("/proc/self/fd").Length, connections);

    public bool TryTake()
    {
        if (Interlocked.Increment(ref _taken) <= _connections)
            return true;
        Interlocked.Decrement(ref _taken);
        return false;
    }

    public void Release() => Interlocked.Decrement(ref _taken);
}
