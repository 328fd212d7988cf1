using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>A client that comes during a shortage, says something, and waits for what becomes of it. Once served it stays.</summary>
internal sealed class Newcomer : IDisposable
{
    public const string Request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    private readonly Socket _socket;
    private readonly Task _told;

    public Newcomer(Pod from, IPEndPoint destination, string words = Request)
    {
        _socket = from.Namespace.OpenSocket(destination.AddressFamily);
        _told = ConnectAsync(destination, words);
        End = EndAsync();
    }

    public Task<NewcomerEnd> End { get; }

    /// <summary>The first bytes that it was answered with.</summary>
    public string Answer { get; private set; } = "";

    public bool IsServed => End is { IsCompletedSuccessfully: true, Result: NewcomerEnd.Served };

    /// <summary>Its own part is done: what is left is for the sidecar to do.</summary>
    public Task ToldAsync() => _told.ContinueWith(_ => { }, TaskScheduler.Default);

    public async Task SayAsync(string more)
    {
        try
        {
            await _told;
            await _socket.SendTextAsync(more);
        }
        catch (SocketException)
        {
            // What became of it, the end says.
        }
    }

    /// <summary>Asks once more, where it was served: the connection is whole.</summary>
    public async Task AskAgainAsync()
    {
        await _socket.SendTextAsync(Request);
        Assert.StartsWith("HTTP/1.1 200 ", await ReadAsync(), StringComparison.Ordinal);
    }

    /// <summary>With a reset, which leaves no TIME_WAIT behind.</summary>
    public void Leave() => _socket.Reset();

    /// <summary>Whether what it was being sent has ended with a FIN, after what had been on its way.</summary>
    public bool HasSeenFin(int most)
    {
        var block = new byte[65536];
        try
        {
            for (var read = 0; read < most && _socket.Poll(0, SelectMode.SelectRead);)
            {
                if (_socket.Receive(block) is var count && count == 0)
                    return true;
                read += count;
            }
        }
        catch (SocketException)
        {
            // Reset.
        }
        return false;
    }

    public void Dispose() => _socket.Dispose();

    private async Task ConnectAsync(IPEndPoint destination, string words)
    {
        await _socket.ConnectAsync(destination).WaitAsync(Bound.Start);
        await _socket.SendTextAsync(words);
    }

    private async Task<NewcomerEnd> EndAsync()
    {
        try
        {
            await _told;
            Answer = await ReadAsync();
        }
        catch (SocketException end)
        {
            return end.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionRefused or SocketError.Shutdown
                ? NewcomerEnd.Reset
                : NewcomerEnd.Lost;
        }
        catch (TimeoutException)
        {
            return NewcomerEnd.Lost;
        }
        return Answer.Length == 0 ? NewcomerEnd.Forged
            : Answer.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) ? NewcomerEnd.Served
            : Answer.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal) ? NewcomerEnd.Refused
            : NewcomerEnd.Lost;
    }

    private async Task<string> ReadAsync()
    {
        var block = new byte[1024];
        return Encoding.ASCII.GetString(block, 0, await _socket.ReceiveAsync(block.AsMemory()).AsTask().WaitAsync(Bound.Work));
    }
}
