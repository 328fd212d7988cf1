namespace MeshProxy.DataPlane.Http.Hpack;

internal enum HpackError : byte
{
    None,

    /// <summary>The block cannot be decoded, or breaks a rule of RFC 7541: the connection's compression state is lost.</summary>
    Malformed,

    /// <summary>Decoded, the fields are larger than allowed.</summary>
    ListTooLarge,

    /// <summary>The encoder asks for a larger dynamic table than the proxy keeps.</summary>
    TableTooLarge,
}
