namespace MeshProxy.Transport.Kestrel;

/// <summary>What becomes of a client's bytes behind those that pass.</summary>
public enum GateVerdict : byte
{
    /// <summary>Kept, and read on.</summary>
    ReadOn,

    /// <summary>Kept, and nothing is read until a switch of protocols is decided.</summary>
    Hold,

    /// <summary>Dropped, and nothing is read any more.</summary>
    End,

    /// <summary>A part of a message has passed that must not end cleanly: the connection is reset.</summary>
    Abort,
}
