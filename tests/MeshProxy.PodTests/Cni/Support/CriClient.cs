using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>
/// The kubelet's part: unary gRPC calls of the container runtime interface (CRI v1) over its unix socket, in plain HTTP/2.
/// </summary>
internal sealed class CriClient : IDisposable
{
    private const int FrameHead = 5;
    private readonly HttpClient _http;

    public CriClient(string socket) => _http = new HttpClient(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancelled) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancelled);
            return new NetworkStream(connection, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://cri"),
        Timeout = TimeSpan.FromMinutes(1),
    };

    /// <returns>The answer's message, or null with the error's.</returns>
    public async Task<(byte[]? Answer, string Error)> CallAsync(string method, ProtobufMessage request)
    {
        var message = request.ToArray();
        var frame = new byte[FrameHead + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, FrameHead);
        using var call = new HttpRequestMessage(HttpMethod.Post, $"/runtime.v1.RuntimeService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        call.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        call.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var answer = await _http.SendAsync(call);
        var body = await answer.Content.ReadAsByteArrayAsync();
        return Header(answer, "grpc-status") == "0"
            ? (body[FrameHead..], "")
            : (null, Uri.UnescapeDataString(Header(answer, "grpc-message") ?? "no status"));
    }

    public async Task<byte[]> MustCallAsync(string method, ProtobufMessage request)
    {
        var (answer, error) = await CallAsync(method, request);
        Assert.True(answer is not null, $"{method}: {error}");
        return answer;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>An answer that failed has no body, and its status stands in the head.</summary>
    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.TrailingHeaders.TryGetValues(name, out var trailer) ? trailer.First()
        : answer.Headers.TryGetValues(name, out var header) ? header.First() : null;
}
