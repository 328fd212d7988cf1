using MeshProxy.Netfilter.Linux;

namespace MeshProxy.Netfilter.Netlink;

/// <summary>The kernel refused a request whole, or did not answer it.</summary>
internal sealed class NetlinkException(int errno) : Exception(Linux.Errno.Text(errno))
{
    public int Errno => errno;
}
