using System.Net.Sockets;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Faults;

/// <summary>Two sides that say something and end, planned by chance and held with real sockets.</summary>
/// <param name="First">Said by the side that ends first.</param>
/// <param name="Second">Said by the other: the first <paramref name="Early"/> bytes at once, the rest behind the end of the first.</param>
/// <param name="IsReset">
/// The first ends by RST, once everything said so far has arrived; what is on its way then may be lost, on any wire.
/// </param>
/// <param name="IsHalfClosed">The second side has ended its own direction before that.</param>
internal sealed record Conversation(
    TrafficPath Path,
    IpFamily Family,
    bool IsOpaque,
    bool ClientIsFirst,
    bool IsReset,
    bool IsHalfClosed,
    byte[] First,
    byte[] Second,
    int Early,
    Random Chance)
{
    private const int LargestBits = 18;
    private const int LargestWrite = 16384;

    /// <param name="chance">Of this conversation alone, so that each can be repeated by itself.</param>
    public static Conversation Plan(Random chance)
    {
        var path = chance.Next(10) == 0 ? TrafficPath.External : Pick(chance, TrafficPath.Inbound, TrafficPath.Outbound, TrafficPath.Both);
        var (first, second) = (Bytes(chance), Bytes(chance));
        var (family, early) = (Pick(chance, IpFamily.V4, IpFamily.V6), chance.Next(second.Length + 1));
        return new Conversation(
            path, family, Coin(chance), Coin(chance), chance.Next(5) == 0, Coin(chance), first, second, early, chance);
    }

    public async Task HoldAsync(Socket client, Socket server)
    {
        var (first, second) = ClientIsFirst ? (client, server) : (server, client);
        Probe(client);
        Probe(server);
        if (IsReset)
            await ResetAsync(first, second);
        else
            await FinishAsync(first, second);
    }

    public override string ToString() =>
        $"{Path} {Family} {(IsOpaque ? "opaque" : "detected")}, "
        + $"{(ClientIsFirst ? "client" : "server")} ends first by {(IsReset ? "RST" : "FIN")}, "
        + $"{First.Length} and {Second.Length} B, {Early} B early, half-closed {IsHalfClosed}";

    private async Task FinishAsync(Socket first, Socket second)
    {
        var early = SendAsync(second, Second.AsMemory(0, Early));
        var answer = ReadAsync(first, int.MaxValue);
        await SendAsync(first, First);
        first.Shutdown(SocketShutdown.Send);
        Compare(First, await ReadAsync(second, int.MaxValue));
        await early;
        await SendAsync(second, Second.AsMemory(Early));
        second.Shutdown(SocketShutdown.Send);
        Compare(Second, await answer);
    }

    private async Task ResetAsync(Socket first, Socket second)
    {
        var sending = Task.WhenAll(SendAsync(first, First), SendAsync(second, Second.AsMemory(0, Early)));
        var answer = ReadAsync(first, Early);
        Compare(First, await ReadAsync(second, First.Length));
        Compare(Second[..Early], await answer);
        await sending;
        if (IsHalfClosed)
        {
            second.Shutdown(SocketShutdown.Send);
            Compare([], await ReadAsync(first, int.MaxValue));
        }
        first.Reset();
        var end = await Assert.ThrowsAsync<SocketException>(() => ReadAsync(second, int.MaxValue));
        Assert.Equal(SocketError.ConnectionReset, end.SocketErrorCode);
    }

    private async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes[..Math.Min(bytes.Length, WriteSize())])..];
    }

    // Both sides' writes ask for their sizes, from two threads.
    private int WriteSize()
    {
        lock (Chance)
            return 1 + Chance.Next(LargestWrite);
    }

    /// <summary>So many bytes, or fewer where FIN comes first.</summary>
    private static async Task<byte[]> ReadAsync(Socket socket, int most)
    {
        using var all = new MemoryStream();
        var block = new byte[65536];
        while (all.Length < most && await socket.ReceiveAsync(Room()) is var read and > 0)
            all.Write(block, 0, read);
        return all.ToArray();

        Memory<byte> Room() => block.AsMemory(0, (int)Math.Min(block.Length, most - all.Length));
    }

    private static void Compare(byte[] sent, byte[] received) =>
        Assert.True(
            sent.AsSpan().SequenceEqual(received),
            $"{received.Length} bytes came of {sent.Length}, alike for {sent.AsSpan().CommonPrefixLength(received)}");

    /// <summary>A lost RST is not sent again; who probes is told by another one.</summary>
    private static void Probe(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 1);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 20);
    }

    private static byte[] Bytes(Random chance)
    {
        var bytes = new byte[chance.Next(1 << chance.Next(LargestBits + 1))];
        chance.NextBytes(bytes);
        return bytes;
    }

    private static bool Coin(Random chance) => chance.Next(2) == 0;

    private static T Pick<T>(Random chance, params ReadOnlySpan<T> of) => of[chance.Next(of.Length)];
}
