using MeshProxy.DataPlane.Http.Observation;
using MeshProxy.Transport.Relay;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Drain;

/// <summary>
/// When a relayed connection may end because the proxy drains: as soon as nothing is lost by it. Asked of every connection every 25 ms
/// while a drain is under way, so the steps are ordered by cost: flags first, the kernel last.
/// </summary>
internal static class ConnectionDrain
{
    /// <summary>
    /// A client in the stride of its requests sends the next one sooner than this, and then gets an answer that says close; closing in
    /// its face would cost it that request.
    /// </summary>
    private const int IdleHttpMilliseconds = 250;

    /// <summary>
    /// An HTTP/2 client that has heard GOAWAY hangs up itself. It may have given the connection a request that it has not sent yet, and
    /// takes that back when it learns of the GOAWAY, but fails it when it finds the connection gone (seen with .NET's client on a busy
    /// machine). With the app gone nobody could answer such a request.
    /// </summary>
    private const int HangUpMilliseconds = 1000;

    /// <summary>The app's end has closed; a remote peer that has more to say says it within this.</summary>
    private const int HalfDeadMilliseconds = 100;

    /// <summary>Of a connection with something under way, once patience has ended.</summary>
    private const int StalledMilliseconds = 1000;

    /// <param name="http">Null where the connection is not observed.</param>
    public static void Sweep(ConnectionRelay relay, HttpObservation? http, DirectionDrain drain, long now)
    {
        // 1. What HTTP/2 has to be told by itself; HTTP/1 is told in the next response.
        if (drain.Advises)
            relay.SayWords();
        var silent = relay.SilentMilliseconds;
        // 2. Told, and answered in full.
        if (http is { IsDone: true })
        {
            if (relay.HasPassedAll && silent >= HangUpTime(http, drain))
                relay.Close(CloseReason.Drained);
            return;
        }
        if (drain.Stage < DrainStage.Finish)
            return;
        // 3. The app's end is gone, and all it said has arrived.
        if (drain.AppIsGone && silent >= HalfDeadMilliseconds && relay.HasGivenAll(drain.FromApp))
            relay.Close(CloseReason.Drained);
        // 4. Nothing under way.
        else if (silent >= IdleFor(http, drain) && relay.IsQuiet())
            relay.Close(CloseReason.Drained);
        // 5. Something under way that does not move.
        else if (now >= drain.PatienceEnds && silent >= StalledMilliseconds && relay.HasStalled(StalledMilliseconds))
            relay.End(CloseReason.ShutdownDeadline);
    }

    private static long HangUpTime(HttpObservation http, DirectionDrain drain) =>
        http.IsMultiplexed && !drain.AppIsGone ? HangUpMilliseconds : 0;

    private static long IdleFor(HttpObservation? http, DirectionDrain drain)
    {
        if (http is null)
            return drain.TcpIdle;
        return http.IsIdle ? IdleHttpMilliseconds : long.MaxValue;
    }
}
