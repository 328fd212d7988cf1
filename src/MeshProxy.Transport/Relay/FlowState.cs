namespace MeshProxy.Transport.Relay;

internal enum FlowState : byte
{
    Open,

    /// <summary>FIN has come; what is held goes first, then FIN goes on.</summary>
    SourceEnded,

    /// <summary>The source was reset or has vanished; what is held goes first, then the sink is reset.</summary>
    SourceFailed,

    /// <summary>All has been delivered; the relay passes the FIN on to the sink.</summary>
    Finished,

    /// <summary>The sink is gone: nothing can be delivered any more.</summary>
    SinkFailed,

    /// <summary>The inspection lets nothing more of the source pass; what had passed is delivered.</summary>
    Refused,

    /// <summary>The inspection wants both sides reset.</summary>
    Aborted,
}
