namespace MeshProxy.DataPlane.Settings;

/// <summary>What becomes of a connection whose framing is ambiguous.</summary>
public enum FramingPolicy : byte
{
    /// <summary>Refused before a byte of the message has reached the other side. The default.</summary>
    Refuse,

    /// <summary>Relayed as it is, and no longer observed.</summary>
    Transparent,
}
