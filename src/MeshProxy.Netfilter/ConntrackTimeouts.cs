namespace MeshProxy.Netfilter;

/// <summary>
/// How long conntrack remembers a TCP connection in a state with no packet seen; null leaves the kernel's value. An entry that is
/// forgotten too early takes its address translation with it: the other side then meets segments from a port it never connected to.
/// Whole seconds, from 1 s to <see cref="Longest"/>.
/// </summary>
/// <param name="CloseWait">One side has ended and the other may still send. Kernel default 60 s; ours is kube-proxy's, 1 h.</param>
/// <param name="Established">Kernel default 5 d.</param>
/// <param name="FinWait">A FIN was sent and not yet acknowledged. Kernel default 2 min.</param>
/// <param name="TimeWait">Kernel default 2 min.</param>
/// <param name="Force">Also lower a value that is longer already; otherwise values are only raised.</param>
public sealed record ConntrackTimeouts(
    TimeSpan? CloseWait,
    TimeSpan? Established = null,
    TimeSpan? FinWait = null,
    TimeSpan? TimeWait = null,
    bool Force = false)
{
    /// <summary>The kernel keeps the value in 32 bits of ticks, up to 1000 of them a second.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(uint.MaxValue / 1000);

    public static readonly ConntrackTimeouts Default = new(TimeSpan.FromHours(1));
}
