namespace MeshProxy.Netfilter.Rules;

/// <summary>What the kernel can say of the socket that takes a packet (nft_socket).</summary>
internal enum SocketMatch
{
    /// <summary>Whether there is one, and whether it is bound to an address (Linux 5.10).</summary>
    Full,

    /// <summary>Whether there is one.</summary>
    Presence,

    /// <summary>Nothing.</summary>
    None,
}
