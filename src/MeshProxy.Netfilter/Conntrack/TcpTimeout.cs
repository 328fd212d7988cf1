namespace MeshProxy.Netfilter.Conntrack;

/// <summary>The TCP states whose timeouts are set. The values are the netlink attributes (CTA_TIMEOUT_TCP_*).</summary>
internal enum TcpTimeout
{
    Established = 3,
    FinWait = 4,
    CloseWait = 5,
    TimeWait = 7,
}

/// <summary>Names of the timeouts: the option's, and the file's under /proc/sys/net/netfilter.</summary>
internal static class TcpTimeoutName
{
    public static string Option(TcpTimeout timeout) => timeout switch
    {
        TcpTimeout.Established => "established-timeout",
        TcpTimeout.FinWait => "fin-wait-timeout",
        TcpTimeout.CloseWait => "close-wait-timeout",
        _ => "time-wait-timeout",
    };

    public static string File(TcpTimeout timeout) => "/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_" + timeout switch
    {
        TcpTimeout.Established => "established",
        TcpTimeout.FinWait => "fin_wait",
        TcpTimeout.CloseWait => "close_wait",
        _ => "time_wait",
    };
}
