using System.Text;
using static MeshProxy.Tests.Http.Http2.Frames;

namespace MeshProxy.PodTests.Faults;

/// <summary>The bytes of a conversation.</summary>
/// <param name="Upload">A request larger than all kernel buffers on its way.</param>
/// <param name="Part">The first of <paramref name="Whole"/>, up to the middle of its content.</param>
/// <param name="Garbage">An answer that breaks the protocol's rules.</param>
/// <param name="Storm">More informational responses than anybody needs, and then <paramref name="Whole"/>.</param>
internal sealed record Words(byte[] Request, byte[] Upload, byte[] Whole, byte[] Part, byte[] Garbage, byte[] Storm)
{
    private const int Content = 1000;
    private const int UploadSize = 24 << 20;
    private const int StormSize = 40;
    private const int FrameSize = 16384;

    private static readonly byte[] Body = new byte[UploadSize];

    private static readonly (string, string)[] Answered = [(":status", "200")];

    public static Words Opaque { get; } = Of("question"u8, Body, [], Text(new string('a', Content)), "\x01\x02\xff"u8, "more"u8, []);

    public static Words Http1 { get; } = Of(
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n"u8,
        [.. Text($"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: {UploadSize}\r\n\r\n"), .. Body],
        [],
        Text($"HTTP/1.1 200 OK\r\nContent-Length: {Content}\r\n\r\n{new string('a', Content)}"),
        "HTTP/1.1 garbage\r\n\r\n"u8,
        "HTTP/1.1 102 Processing\r\n\r\n"u8,
        []);

    public static Words Http2 { get; } = OfFrames(
        Get(1), Headers(1, 0, (":method", "PUT"), (":scheme", "http"), (":path", "/a"), (":authority", "h")), Answered, EndStream, []);

    public static Words Grpc { get; } = OfFrames(
        [.. Call(1), .. Data(1, 5, EndStream)],
        Call(1),
        [.. Answered, ("content-type", "application/grpc")],
        0,
        Headers(1, EndStream, ("grpc-status", "0")));

    public static Words Of(Speech speech) => speech switch
    {
        Speech.Http1 => Http1,
        Speech.Http2 => Http2,
        Speech.Grpc => Grpc,
        _ => Opaque,
    };

    private static Words OfFrames(byte[] request, byte[] uploadHead, (string, string)[] head, byte ends, byte[] trailers) => Of(
        [.. ClientStart, .. request],
        [.. ClientStart, .. uploadHead, .. Enumerable.Range(1, UploadSize / FrameSize).SelectMany(UploadFrame)],
        Settings(),
        [.. Headers(1, 0, head), .. Data(1, Content, ends)],
        Frame(1, EndHeaders, 1, 0xff, 0xff, 0xff, 0xff),
        Headers(1, 0, (":status", "103")),
        trailers);

    private static Words Of(
        ReadOnlySpan<byte> request,
        byte[] upload,
        byte[] greeting,
        byte[] answer,
        ReadOnlySpan<byte> garbage,
        ReadOnlySpan<byte> informational,
        byte[] trailers)
    {
        var interim = informational.ToArray();
        return new Words(
            request.ToArray(),
            upload,
            [.. greeting, .. answer, .. trailers],
            [.. greeting, .. answer[..^(Content / 2)]],
            [.. greeting, .. garbage],
            [.. greeting, .. Enumerable.Repeat(interim, StormSize).SelectMany(bytes => bytes), .. answer, .. trailers]);
    }

    private static byte[] UploadFrame(int number) => Data(1, FrameSize, number == UploadSize / FrameSize ? EndStream : (byte)0);

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);
}
