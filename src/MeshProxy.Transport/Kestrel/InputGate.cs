using MeshProxy.Transport.Sockets;

namespace MeshProxy.Transport.Kestrel;

/// <summary>
/// Somebody who looks at what a client sends before Kestrel sees it. Called on the loop, once per read; what may not pass yet is kept by
/// the connection and shown again with what follows.
/// </summary>
public abstract class InputGate
{
    /// <summary>
    /// What the client is told when the input was refused, behind the answers to all that passed; null where there are no words.
    /// </summary>
    public byte[]? Answer { get; protected set; }

    /// <summary>How the connection ends where the gate has ended its input; null where it has not.</summary>
    public CloseReason? Reason { get; protected set; }

    /// <summary>A head has begun and is kept until it is whole.</summary>
    public abstract bool IsInHead { get; }

    /// <summary>Milliseconds for a head that is kept; 0 is for ever.</summary>
    public abstract long HeadTimeout { get; }

    /// <param name="arrived">All that has arrived and not passed.</param>
    /// <param name="passes">How many of its leading bytes Kestrel may have.</param>
    public abstract GateVerdict Inspect(ReadOnlySpan<byte> arrived, out int passes);

    /// <summary>After a Hold: the request of this number, counted from 1, has switched protocols or has been answered otherwise.</summary>
    public abstract void OnSwitchDecided(int request, bool isSwitched);

    /// <summary>The client has ended its direction.</summary>
    /// <param name="keeps">Whether bytes of it are kept, which are dropped.</param>
    public abstract void OnEnded(bool keeps);

    /// <summary>
    /// Whether Kestrel learns of the input's end later, by <see cref="HandedOverContext.EndInput"/>: where whole requests have passed whose
    /// answers are not there yet. It would read an end that comes together with the rest of a body for one that cuts it off.
    /// </summary>
    public abstract bool AwaitsAnswers();

    /// <summary>The head that is kept was given <see cref="HeadTimeout"/>.</summary>
    public abstract void OnHeadTimeout();
}
