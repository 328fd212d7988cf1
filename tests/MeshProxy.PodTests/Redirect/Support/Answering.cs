using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.PodTests.Support.Network;
using KernelNamespace = MeshProxy.Netfilter.Linux.NetworkNamespace;

namespace MeshProxy.PodTests.Redirect.Support;

/// <summary>
/// A server that tells each client who it is and ends the connection, so that a client learns where its connection arrived. It counts those
/// who came.
/// </summary>
internal sealed class Answering : IDisposable
{
    private readonly Socket _listener;
    private int _accepted;

    private Answering(Socket listener, Func<Socket, string> answer)
    {
        _listener = listener;
        _ = ServeAsync(answer);
    }

    public ushort Port => (ushort)((IPEndPoint)_listener.LocalEndPoint!).Port;

    public int Accepted => Volatile.Read(ref _accepted);

    public static Answering Start(
        NetworkNamespace space, IPAddress address, ushort port, string answer, Action<Socket>? configure = null) =>
        Start(space, address, port, _ => answer, configure);

    public static Answering Start(
        NetworkNamespace space, IPAddress address, ushort port, Func<Socket, string> answer, Action<Socket>? configure = null)
    {
        var listener = KernelNamespace.Run(space.Path, () => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        configure?.Invoke(listener);
        listener.Bind(new IPEndPoint(address, port));
        listener.Listen(1024);
        return new Answering(listener, answer);
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(Func<Socket, string> answer)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync();
                Interlocked.Increment(ref _accepted);
                _ = AnswerAsync(client, answer);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // Disposed: the test is over, or means to close the port.
        }
    }

    private static async Task AnswerAsync(Socket client, Func<Socket, string> answer)
    {
        using (client)
        {
            try
            {
                await client.SendAsync(Encoding.ASCII.GetBytes(answer(client)));
                client.Shutdown(SocketShutdown.Send);
                await client.ReceiveAsync(new byte[1]);
            }
            catch (SocketException)
            {
                // The client has heard enough.
            }
        }
    }
}
