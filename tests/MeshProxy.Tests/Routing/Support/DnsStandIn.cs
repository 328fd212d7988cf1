using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.Tests.DataPlane.Support;

namespace MeshProxy.Tests.Routing.Support;

/// <summary>
/// A name server on loopback, UDP and TCP, at a port of the kernel's choice. A name that it was not told of does not exist.
/// </summary>
internal sealed class DnsStandIn : IDisposable
{
    private const ushort A = 1;

    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _tcp;

    public DnsStandIn()
    {
        _tcp = Peer.Listen();
        _udp.Bind(_tcp.LocalEndPoint!);
        EndPoint = (IPEndPoint)_tcp.LocalEndPoint!;
        _ = UntilDisposedAsync(ServeUdpAsync);
        _ = UntilDisposedAsync(ServeTcpAsync);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>By name, without the last dot.</summary>
    public ConcurrentDictionary<string, Reply> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every question, such as <c>A cart.shop</c>.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public int TimesAsked(string question) => Asked.Count(asked => asked == question);

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
    }

    /// <param name="Code">0 no error, 2 SERVFAIL, 3 no such name.</param>
    /// <param name="Alias">Seconds that a CNAME in front of the addresses lives; null for none.</param>
    public sealed record Reply(uint Ttl, string[] Addresses, int Code = 0, uint? Alias = null, uint? Minimum = null, bool IsSilent = false,
        bool IsGarbage = false);

    private static async Task UntilDisposedAsync(Func<Task> serve)
    {
        try
        {
            while (true)
                await serve();
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeUdpAsync()
    {
        var buffer = new byte[4096];
        var from = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
        if (Answer(buffer.AsSpan(0, from.ReceivedBytes)) is not { } answer)
            return;
        if (answer.Length > 1232)
        {
            answer = [.. answer[..12], .. Question(answer)];
            answer[2] |= 2;
            answer.AsSpan(6, 6).Clear();
        }
        await _udp.SendToAsync(answer, from.RemoteEndPoint);
    }

    private async Task ServeTcpAsync()
    {
        using var connection = await _tcp.AcceptAsync();
        var query = await connection.ReadExactlyAsync(BinaryPrimitives.ReadUInt16BigEndian(await connection.ReadExactlyAsync(2)));
        if (Answer(query) is { } answer)
            await connection.SendAllAsync((byte[])[(byte)(answer.Length >> 8), (byte)answer.Length, .. answer]);
        await connection.ReceiveAsync(new byte[1]);
    }

    private byte[]? Answer(ReadOnlySpan<byte> query)
    {
        var question = Question(query);
        var (name, type) = (Name(question), BinaryPrimitives.ReadUInt16BigEndian(question.AsSpan(question.Length - 4)));
        Asked.Enqueue($"{(type == A ? "A" : "AAAA")} {name}");
        var reply = Names.GetValueOrDefault(name) ?? new Reply(0, [], Code: 3);
        if (reply.IsSilent)
            return null;
        if (reply.IsGarbage)
            return [query[0], query[1], 0x81, 0x80, 0, 1, 0, 9, 0, 0, 0, 0, 63, 1, 2, 3];
        var records = reply.Addresses.Select(IPAddress.Parse)
            .Where(address => address.AddressFamily == (type == A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6))
            .Select(address => Record(type, reply.Ttl, address.GetAddressBytes()))
            .ToList();
        if (reply.Alias is { } alias && records.Count > 0)
            records.Insert(0, Record(5, alias, [0xc0, 0x0c]));
        var zone = records.Count == 0 && reply.Minimum is { } minimum ? [Soa(minimum)] : (List<byte[]>)[];
        byte[] header =
        [
            query[0], query[1], 0x81, (byte)(0x80 | reply.Code), 0, 1,
            (byte)(records.Count >> 8), (byte)records.Count, 0, (byte)zone.Count, 0, 0,
        ];
        return [.. header, .. question, .. records.SelectMany(record => record), .. zone.SelectMany(record => record)];
    }

    /// <summary>The only question: name, type, class.</summary>
    private static byte[] Question(ReadOnlySpan<byte> message)
    {
        var end = 12;
        while (message[end] != 0)
            end += message[end] + 1;
        return message[12..(end + 5)].ToArray();
    }

    private static string Name(ReadOnlySpan<byte> question)
    {
        var labels = new List<string>();
        for (var at = 0; question[at] != 0; at += question[at] + 1)
            labels.Add(Encoding.ASCII.GetString(question.Slice(at + 1, question[at])));
        return string.Join('.', labels);
    }

    private static byte[] Record(ushort type, uint ttl, byte[] data)
    {
        var record = new byte[12 + data.Length];
        (record[0], record[1]) = (0xc0, 0x0c);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(2), type);
        record[5] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(6), ttl);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(10), (ushort)data.Length);
        data.CopyTo(record, 12);
        return record;
    }

    private static byte[] Soa(uint minimum)
    {
        var data = new byte[22];
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(18), minimum);
        return Record(6, 3600, data);
    }
}
