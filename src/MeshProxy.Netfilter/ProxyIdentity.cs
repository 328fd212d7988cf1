namespace MeshProxy.Netfilter;

/// <summary>
/// How the kernel tells the proxy's own sockets from the app's; any one is enough. Sockets of the proxy are never redirected.
/// </summary>
/// <param name="Uid">The user the proxy runs as. Never 0: that would exempt everything root runs.</param>
/// <param name="Gid">The group the proxy runs as, or null.</param>
/// <param name="Mark">The socket mark (SO_MARK) the proxy sets, or null. Tells the proxy from an app that runs under the same user.</param>
public sealed record ProxyIdentity(uint Uid = 2102, uint? Gid = null, uint? Mark = null);
