using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Lifecycle.Load;

/// <summary>
/// A strict HTTP/1.1 client with one kept-alive connection at a time: sends a request, checks every byte of the answer, goes again, on a
/// new connection where the answer said close.
/// </summary>
/// <param name="pause">Between two requests.</param>
/// <param name="readPause">Between two reads of a body: a slow reader.</param>
internal sealed class Http1Client(
    NetworkNamespace space, IPEndPoint server, Tally tally, TimeSpan pause = default, TimeSpan readPause = default) : IDisposable
{
    private Socket? _socket;
    private bool _isReused;

    /// <summary>Until it is told to end, which it does between two requests.</summary>
    public async Task RunAsync(string path, byte[] expected, CancellationToken ends)
    {
        try
        {
            do
            {
                await RequestAsync(path, expected);
                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause, ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            while (!ends.IsCancellationRequested);
        }
        catch (Exception failure) when (failure is SocketException or IOException or TimeoutException)
        {
            tally.Failures.Enqueue(
                $"{server} {path}, {(_isReused ? "reused" : "new")} connection: {failure.GetType().Name}: {failure.Message}");
        }
        Dispose();
    }

    /// <summary>One request, and no more.</summary>
    public Task RunOnceAsync(string path, byte[] expected)
    {
        var ends = new CancellationTokenSource();
        var run = RunAsync(path, expected, ends.Token);
        ends.Cancel();
        return run;
    }

    public async Task RequestAsync(string path, byte[] expected)
    {
        while (true)
        {
            if (_socket is null)
                await ConnectAsync();
            var head = await ExchangeAsync(path);
            if (head is not null)
            {
                await TakeAsync(head, expected);
                return;
            }
            if (!_isReused)
                throw new IOException("closed without an answer");
            tally.Repeat();
            Dispose();
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async Task ConnectAsync()
    {
        _socket = space.OpenSocket(AddressFamily.InterNetwork);
        _isReused = false;
        await _socket.ConnectAsync(server).WaitAsync(Bound.Exchange);
    }

    /// <summary>The answer's head with what came behind it; null where the connection ended before a byte of it.</summary>
    private async Task<byte[]?> ExchangeAsync(string path)
    {
        var got = new List<byte>();
        var block = new byte[16384];
        try
        {
            await _socket!.SendTextAsync($"GET {path} HTTP/1.1\r\nHost: app\r\n\r\n");
            while (HeadLength(got) < 0)
            {
                var read = await _socket!.ReceiveAsync(block.AsMemory()).AsTask().WaitAsync(Bound.Exchange);
                if (read == 0)
                    return got.Count == 0 ? null : throw new IOException("truncated head");
                got.AddRange(block[..read]);
            }
            return [.. got];
        }
        catch (SocketException) when (got.Count == 0 && _isReused)
        {
            return null;
        }
    }

    private async Task TakeAsync(byte[] got, byte[] expected)
    {
        var length = HeadLength(got);
        var head = Encoding.ASCII.GetString(got, 0, length);
        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            throw new IOException($"answered {head.Split('\n')[0]}");
        var body = new byte[expected.Length];
        got.AsSpan(length).CopyTo(body);
        for (var filled = got.Length - length; filled < body.Length;)
        {
            var read = await _socket!.ReceiveAsync(body.AsMemory(filled)).AsTask().WaitAsync(Bound.Exchange);
            if (read == 0)
                throw new IOException($"truncated body: {filled} of {body.Length} bytes");
            filled += read;
            if (readPause > TimeSpan.Zero)
                await Task.Delay(readPause);
        }
        if (!body.AsSpan().SequenceEqual(expected))
            throw new IOException("another body than the server's");
        tally.Answer();
        _isReused = true;
        if (!head.Contains("connection: close", StringComparison.OrdinalIgnoreCase))
            return;
        tally.Tell();
        Dispose();
    }

    private static int HeadLength(IReadOnlyList<byte> bytes)
    {
        for (var i = 3; i < bytes.Count; i++)
        {
            if (bytes[i - 3] == '\r' && bytes[i - 2] == '\n' && bytes[i - 1] == '\r' && bytes[i] == '\n')
                return i + 1;
        }
        return -1;
    }
}
