using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Floods;

/// <summary>
/// A victim with no defence of its own: it takes whatever comes for as long as it comes. What ends an attack on it is the sidecar. Asked
/// to, it answers the first bytes with a response of a gigabyte, as fast as it is taken.
/// </summary>
internal sealed class PatientServer : IDisposable
{
    private const long ResponseBytes = 1_000_000_000;

    private readonly Socket _listener;
    private readonly bool _answers;
    private readonly CancellationTokenSource _over = new();
    private int _came;
    private int _held;

    public PatientServer(Pod pod, bool answers = false)
    {
        _listener = pod.Namespace.Listen(pod.V4, pod.Namespace.NextPort());
        _answers = answers;
        Endpoint = (IPEndPoint)_listener.LocalEndPoint!;
        _ = AcceptAsync();
    }

    public IPEndPoint Endpoint { get; }

    /// <summary>So many connections have come: that the attack has come through is learnt at no cost to the sidecar.</summary>
    public Task SeesAsync(int connections, Func<string> attack) => Bound.UntilAsync(
        () => Task.FromResult(Volatile.Read(ref _came) >= connections),
        Bound.Start,
        () => $"{_came} of {connections} attackers came through: {attack()}");

    /// <summary>None of them is left.</summary>
    public Task IsLeftAsync(TimeSpan bound) =>
        Bound.UntilAsync(() => Task.FromResult(Volatile.Read(ref _held) == 0), bound, () => $"{_held} attackers are still there");

    public void Dispose()
    {
        _over.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync(_over.Token));
        }
        catch (Exception end) when (IsEnd(end))
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        Interlocked.Increment(ref _held);
        Interlocked.Increment(ref _came);
        var block = new byte[16384];
        try
        {
            using (client)
            {
                var isFirst = true;
                while (await client.ReceiveAsync(block.AsMemory(), _over.Token) > 0)
                {
                    if (isFirst && _answers)
                        _ = AnswerAsync(client);
                    isFirst = false;
                }
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // Attackers reset, and are reset.
        }
        finally
        {
            Interlocked.Decrement(ref _held);
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        try
        {
            await client.SendTextAsync($"HTTP/1.1 200 OK\r\nContent-Length: {ResponseBytes}\r\n\r\n");
            var block = new byte[65536];
            for (var sent = 0L; sent < ResponseBytes; sent += block.Length)
                await client.SendAsync(block.AsMemory(), _over.Token);
        }
        catch (Exception end) when (IsEnd(end))
        {
            // The reader has gone.
        }
    }

    private static bool IsEnd(Exception end) => end is SocketException or ObjectDisposedException or OperationCanceledException;
}
