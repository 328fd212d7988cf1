namespace MeshProxy.Netfilter;

/// <summary>What the kernel knows of who opened a connection.</summary>
internal readonly record struct SocketOwner(uint Uid, uint Gid, uint Mark);
