using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Floods;

/// <summary>Answers every request that has no body with an empty 200, pipelined ones too.</summary>
internal sealed class PromptServer : IDisposable
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    private readonly Socket _listener;

    public PromptServer(Pod pod)
        : this(pod, pod.Namespace.NextPort())
    {
    }

    public PromptServer(Pod pod, ushort port)
    {
        _listener = pod.Namespace.Listen(pod.V4, port);
        Endpoint = (IPEndPoint)_listener.LocalEndPoint!;
        _ = AcceptAsync();
    }

    public static int AnswerLength => Answer.Length;

    public IPEndPoint Endpoint { get; }

    public static bool IsAnswer(byte[] bytes) => Answer.AsSpan().SequenceEqual(bytes);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task ServeAsync(Socket client)
    {
        var (block, answers, matched) = (new byte[65536], new List<byte>(), 0);
        try
        {
            using (client)
            {
                while (await client.ReceiveAsync(block.AsMemory()) is var read and > 0)
                {
                    answers.Clear();
                    foreach (var letter in block.AsSpan(0, read))
                    {
                        matched = letter == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : letter == '\r' ? 1 : 0;
                        if (matched < 4)
                            continue;
                        answers.AddRange(Answer);
                        matched = 0;
                    }
                    await client.SendAllAsync(answers.ToArray());
                }
            }
        }
        catch (SocketException)
        {
            // A client that was refused.
        }
    }
}
