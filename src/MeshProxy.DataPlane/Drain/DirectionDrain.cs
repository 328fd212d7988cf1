using MeshProxy.Transport.Relay;

namespace MeshProxy.DataPlane.Drain;

/// <summary>What the connections of one direction on one loop must know of a drain. Times are milliseconds of the loop's clock.</summary>
internal sealed class DirectionDrain(Direction direction)
{
    /// <summary>
    /// With the app gone, whoever is still silent after this has lost its peer or is another container's idle connection; a kubelet
    /// grants a sidecar 2 s after its app (minimumGracePeriodInSeconds), whatever the app has used up.
    /// </summary>
    private const int LastPatienceMilliseconds = 1500;

    public DrainStage Stage { get; private set; }

    /// <summary>HTTP clients are told that their connection ends.</summary>
    public bool Advises => Stage >= DrainStage.Advise;

    /// <summary>Nobody in this pod will read what still comes, or has more to send.</summary>
    public bool AppIsGone { get; private set; }

    /// <summary>How long a connection that is not HTTP must have been silent to be closed; <see cref="long.MaxValue"/> is never.</summary>
    public long TcpIdle { get; private set; } = long.MaxValue;

    /// <summary>From here on silence ends a connection that has something under way.</summary>
    public long PatienceEnds { get; private set; } = long.MaxValue;

    /// <summary>The flow that comes from this pod's app.</summary>
    public FlowDirection FromApp { get; } = direction == Direction.Inbound ? FlowDirection.ToDownstream : FlowDirection.ToUpstream;

    public void Advise() => Stage = Stage < DrainStage.Advise ? DrainStage.Advise : Stage;

    public void Finish(long tcpIdle) => (Stage, TcpIdle) = (DrainStage.Finish, tcpIdle);

    public void FinishWithoutApp(long now, long tcpIdle)
    {
        Finish(Math.Min(TcpIdle, tcpIdle));
        AppIsGone = true;
        PatienceEnds = now + LastPatienceMilliseconds;
    }
}
