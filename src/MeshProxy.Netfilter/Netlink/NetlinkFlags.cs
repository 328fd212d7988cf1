namespace MeshProxy.Netfilter.Netlink;

/// <summary>Flags of a netlink message (netlink(7)).</summary>
[Flags]
internal enum NetlinkFlags : ushort
{
    Request = 1,
    Acknowledge = 4,
    DumpInterrupted = 0x10,
    Dump = 0x300,
    Create = 0x400,
    Append = 0x800,
}
