using System.Net.Sockets;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Faults;

/// <summary>A server of one connection, which does one thing wrong.</summary>
internal sealed class FaultServer(Fault fault, Words words, Func<Task> vanish) : IDisposable
{
    /// <summary>Long enough for a sender to fill every buffer on the way.</summary>
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _over = new();

    /// <summary>What it says before it ends, unless it says nothing.</summary>
    public byte[] Says => fault switch
    {
        Fault.ResetMid or Fault.EndMidBody => words.Part,
        Fault.ResetAfter or Fault.SlowReader => words.Whole,
        Fault.Garbage => words.Garbage,
        Fault.InformationalStorm => words.Storm,
        _ => [],
    };

    /// <summary>What the client asks it.</summary>
    public byte[] Asked => fault == Fault.SlowReader ? words.Upload : words.Request;

    /// <summary>Returns when the server has done its part and the client or the proxy has ended the connection.</summary>
    public async Task ServeAsync(Socket listener)
    {
        using var connection = await listener.AcceptAsync(_over.Token);
        if (fault == Fault.SlowReader)
            await Task.Delay(Slowness, _over.Token);
        if (!(await connection.ReadAsync(Asked.Length)).AsSpan().SequenceEqual(Asked))
            throw new InvalidDataException("the request came changed");
        await connection.SendAllAsync(Says);
        await EndAsync(connection);
    }

    public void Dispose()
    {
        _over.Cancel();
        _over.Dispose();
    }

    private async Task EndAsync(Socket connection)
    {
        switch (fault)
        {
            case Fault.ResetBefore or Fault.ResetMid or Fault.ResetAfter:
                connection.Reset();
                return;
            case Fault.Vanished:
                await vanish();
                break;
            case Fault.Stall:
                break;
            default:
                connection.Shutdown(SocketShutdown.Send);
                break;
        }
        // The connection stays open until nobody needs it any more.
        await Task.Delay(Timeout.Infinite, _over.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
