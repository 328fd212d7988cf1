using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using KernelNamespace = MeshProxy.Netfilter.Linux.NetworkNamespace;

namespace MeshProxy.PodTests.Redirect.Support;

/// <summary>
/// Who opens a connection, as the kernel sees it. A socket has the file-system user of the thread that made it (credentials(7)).
/// </summary>
internal sealed partial record Owner(uint Uid = 1000, uint Gid = 1000, uint Mark = 0)
{
    public static readonly Owner App = new();
    public static readonly Owner Proxy = new(Uid: 2102);

    /// <summary>Connects and reads to the end: the answer, or <c>refused</c>, or <c>reset</c>.</summary>
    public async Task<string> AskAsync(NetworkNamespace space, IPEndPoint destination, IPAddress? source = null)
    {
        using var socket = Open(space, destination.AddressFamily);
        if (source is not null)
            socket.Bind(new IPEndPoint(source, 0));
        if (await socket.TryConnectAsync(destination) is var error and not SocketError.Success)
            return error == SocketError.ConnectionRefused ? "refused" : error.ToString();
        try
        {
            return Encoding.ASCII.GetString(await socket.ReadToEndAsync());
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return "reset";
        }
    }

    public Socket Open(NetworkNamespace space, AddressFamily family)
    {
        var socket = KernelNamespace.Run(space.Path, () =>
        {
            // The thread ends with this visit. The group first: the user takes the right to change it.
            setfsgid(Gid);
            setfsuid(Uid);
            return new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        });
        if (Mark != 0)
            socket.Mark(Mark);
        return socket;
    }

    [LibraryImport("libc")]
    private static partial int setfsuid(uint uid);

    [LibraryImport("libc")]
    private static partial int setfsgid(uint gid);
}
