using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Relay;

/// <summary>
/// Somebody who understands the protocol of a relayed connection and looks at its bytes before they are sent on: unchanged, but for
/// what a drain has to say (<see cref="Inspection.Replacement"/>). Called on the loop, once per read; what may not pass yet is kept by the
/// flow and shown again with what follows.
/// </summary>
public abstract class RelayInspection
{
    /// <summary>How the connection ends once there is an answer.</summary>
    public CloseReason AnswerReason { get; protected set; }

    /// <summary>
    /// What the client is told before its connection is closed: given when no response is under way any more, and null until then. Asked
    /// after every read of either side, after <see cref="OnSourceEnded"/> and <see cref="OnUpstreamFailed"/>.
    /// </summary>
    public byte[]? Answer { get; protected set; }

    /// <summary>Milliseconds of the loop's clock at which <see cref="OnDeadline"/> is due; <see cref="long.MaxValue"/> for none.</summary>
    public long Deadline { get; protected set; } = long.MaxValue;

    /// <summary>
    /// The <see cref="Deadline"/> has come, and is one of silence: then the kernel is asked first (<see cref="OnMoved"/>).
    /// </summary>
    public virtual bool EndsForSilence => false;

    /// <summary>Looks at all that has arrived and not passed.</summary>
    public abstract Inspection Inspect(FlowDirection direction, ReadOnlySpan<byte> arrived);

    /// <summary>So many of the next bytes need not be shown, but only counted by <see cref="PassUnseen"/>: they may be spliced.</summary>
    public abstract long Unseen(FlowDirection direction);

    public abstract void PassUnseen(FlowDirection direction, int count);

    /// <summary>After a Hold: whether it still holds.</summary>
    public abstract bool IsHeld(FlowDirection direction);

    /// <summary>
    /// Words of the proxy's own, where they can stand behind all that has passed that way; null where there are none, or not now.
    /// Asked for while the proxy drains and after a deadline, when nothing is held on that way.
    /// </summary>
    public virtual byte[]? TakeWords(FlowDirection direction) => null;

    /// <summary>FIN has come. ReadOn passes it on; bytes kept at that time are dropped.</summary>
    public abstract InspectionVerdict OnSourceEnded(FlowDirection direction, bool keeps);

    /// <summary>The upstream was reset or has vanished; without an <see cref="Answer"/> the client is reset too.</summary>
    public abstract void OnUpstreamFailed(CloseReason reason);

    /// <summary>
    /// A byte has moved as late as this, maybe one that had been seen long before and waited for its receiver: a deadline of silence moves.
    /// </summary>
    /// <param name="at">Milliseconds of the loop's clock.</param>
    public virtual void OnMoved(long at) { }

    /// <summary>
    /// The <see cref="Deadline"/> has passed: gives an <see cref="Answer"/>, moves the deadline, or names the reason to abort for.
    /// </summary>
    public abstract CloseReason? OnDeadline();

    /// <summary>The relay has ended, however.</summary>
    public abstract void OnEnded();
}
