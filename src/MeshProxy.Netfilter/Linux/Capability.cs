namespace MeshProxy.Netfilter.Linux;

/// <summary>Capabilities by their number (capabilities(7)).</summary>
internal enum Capability
{
    NetAdmin = 12,
    NetRaw = 13,
    SysAdmin = 21,
}
