using System.Net.Sockets;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>Waits for a server to give its first answer.</summary>
internal static class HttpProbe
{
    private const long StartLimit = 10 * PreciseClock.NanosecondsPerSecond;

    /// <summary>
    /// A refused connect costs 20 µs or so: asked this often, the wait is exact to half a millisecond and takes no CPU to speak of.
    /// </summary>
    private const long Pause = 500_000;

    /// <summary>Returns when the target, or the proxy in front of it, has answered one request.</summary>
    /// <exception cref="MeasurementException">The process ended, or there was no answer within 10 s.</exception>
    public static void WaitForAnswer(Target target, ServerProcess server)
    {
        var start = PreciseClock.Now;
        while (!TryAsk(target))
        {
            server.RequireRunning();
            if (PreciseClock.Now - start > StartLimit)
                throw new MeasurementException($"{server.Name} gave no answer within 10 s of its start: {server.LastWords()}");
            PreciseClock.SleepUntil(PreciseClock.Now + Pause);
        }
    }

    private static bool TryAsk(Target target)
    {
        try
        {
            using var connection = HttpConnection.Open(target);
            return connection.Ask();
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
