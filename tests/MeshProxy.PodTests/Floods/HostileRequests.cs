using System.Text;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Floods;

/// <summary>Requests that are valid, and no two of which have a method, a Host, a path or a field in common. A seed fixes them.</summary>
internal sealed class HostileRequests(int seed)
{
    private const string MethodLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-.^_`|~";
    private const string HostLetters = "abcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+;=";
    private const string PathLetters = "abcdefghijklmnopqrstuvwxyz0123456789\"\\{}<>^`|'=,;%";

    /// <summary>As many as the sidecar lets wait for their answers on one connection.</summary>
    private const int Batch = 16;

    private readonly Random _random = new(seed);

    /// <summary>Sends so many, and returns how many were answered with what the server says, one after the other.</summary>
    public static async Task<int> AskAsync(Pod client, PromptServer server, int requests, int seed)
    {
        var hostile = new HostileRequests(seed);
        var answered = 0;
        using var socket = await client.ConnectAsync(server.Endpoint);
        for (var left = requests; left > 0; left -= Batch)
        {
            var batch = Math.Min(left, Batch);
            var text = new StringBuilder();
            for (var i = 0; i < batch; i++)
                hostile.Append(text);
            await socket.SendTextAsync(text.ToString());
            var answers = await socket.ReadAsync(batch * PromptServer.AnswerLength);
            answered += answers.Chunk(PromptServer.AnswerLength).Count(PromptServer.IsAnswer);
        }
        return answered;
    }

    public void Append(StringBuilder to)
    {
        Word(to, MethodLetters, 12);
        to.Append(" /");
        Word(to, PathLetters, 40);
        to.Append(" HTTP/1.1\r\nHost: ");
        Word(to, HostLetters, 30);
        to.Append("\r\nUser-Agent: ");
        Word(to, PathLetters, 20);
        to.Append("\r\n\r\n");
    }

    private void Word(StringBuilder to, string letters, int length)
    {
        for (var i = 0; i < length; i++)
            to.Append(letters[_random.Next(letters.Length)]);
    }
}
