using System.Net.Sockets;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>
/// A server that speaks first, as SMTP and MySQL do, and then waits for the client to end the connection. One thread accepts and greets:
/// between the two lies one system call.
/// </summary>
internal sealed class GreetingServer : IDisposable
{
    private const int Backlog = 256;

    private static readonly byte[] Greeting = "220 ready\r\n"u8.ToArray();

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Thread _thread;

    public GreetingServer(Target target)
    {
        _listener.Bind(target.EndPoint);
        _listener.Listen(Backlog);
        _thread = new Thread(Serve) { IsBackground = true, Name = "greeting" };
        _thread.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _thread.Join();
    }

    private void Serve()
    {
        try
        {
            while (true)
                Greet(_listener.Accept());
        }
        catch (SocketException)
        {
            // The listener was disposed: the run is over.
        }
    }

    private static void Greet(Socket client)
    {
        try
        {
            client.NoDelay = true;
            client.Send(Greeting);
            _ = AwaitEnd(client);
        }
        catch (SocketException)
        {
            client.Dispose();
        }
    }

    private static async Task AwaitEnd(Socket client)
    {
        using (client)
        {
            try
            {
                await client.ReceiveAsync(new byte[1]);
            }
            catch (SocketException)
            {
                // A reset is an end as well.
            }
        }
    }
}
