namespace MeshProxy.PodTests.Endurance.Chaos;

/// <summary>
/// What each disturbance may cost conversations that were open when it came; all beyond is a failure. A byte that is lost or forged, a
/// clean end that nobody sent, and a connection that stays for good are beyond it everywhere.
/// </summary>
internal static class ChaosCost
{
    public static bool MayBreakOff(Disturbance disturbance) => disturbance switch
    {
        Disturbance.Reload => false,
        Disturbance.Pause => false,
        // With its entry, conntrack forgets where a connection was redirected to. A segment that the application sends then goes where it
        // is addressed, to a host that knows no such connection. One that arrives is redirected again, and mostly finds its connection:
        // not where two connections had the same port of the client, of which one was given another.
        Disturbance.ConntrackFlush => true,
        Disturbance.Loss => false,
        Disturbance.UpstreamRestart => true,
        _ => throw new ArgumentOutOfRangeException(nameof(disturbance)),
    };

    /// <summary>
    /// A FIN brings no connection back: conntrack calls one INVALID that it has no entry for, and does not translate it. Who has nothing
    /// else to send repeats it until TCP gives up (tcp.userTimeout, on the proxy's side).
    /// </summary>
    public static bool MayStandStill(Disturbance disturbance) => disturbance == Disturbance.ConntrackFlush;

    public static string Text(Disturbance disturbance) => disturbance switch
    {
        Disturbance.UpstreamRestart => "open to that server, or begun while it was down",
        _ when MayBreakOff(disturbance) => "open when it came",
        _ => "none",
    };
}
