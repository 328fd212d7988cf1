namespace MeshProxy.Lifecycle;

/// <summary>What the app's sockets tell of it at one moment.</summary>
internal enum AppPresence : byte
{
    /// <summary>No socket in this network namespace is somebody else's.</summary>
    None,

    /// <summary>There are sockets, but nobody listens.</summary>
    Connected,
    Listening,
}
