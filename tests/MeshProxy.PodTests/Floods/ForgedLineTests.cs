using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Floods;

/// <summary>One event is one line, and nobody but the sidecar begins one.</summary>
public sealed partial class ForgedLineTests
{
    private const string Forged = "2026-01-01T00:00:00.000Z error forged";
    private static readonly int Requests = FloodScale.Of(500, 20_000);

    /// <summary>Each holds what would begin a line, move the cursor, or end a JSON text.</summary>
    private static readonly string[] Breaks =
    [
        "\n", "\r", "\r\n ", "\0", "\u001b[2K\u001b[1A", "\u0085", "\u009b31m", "\"}\n{\"", "\\n", "%0a", "\u00e2\u0080\u00a8",
    ];

    [PodTheory]
    [InlineData("json", "json")]
    [InlineData("text", "common")]
    [Trait("fault", "C3")]
    public async Task No_request_forges_a_line(string format, string access)
    {
        var settings = new Dictionary<string, string>
        {
            ["log.format"] = format,
            ["log.access"] = access,
            ["log.level"] = "debug",
            ["log.rateLimit"] = "0",
        };
        using var mesh = await Mesh.StartAsync(new SidecarOptions { Settings = settings });
        using var server = new PromptServer(mesh.App);
        var opened = await mesh.Sidecar.WatchAsync("meshproxy_connections_closed_total");
        var hostile = new HostileRequests(7);
        for (var i = 0; i < Requests; i++)
            await AskAsync(mesh, server, Request(hostile, i));
        await opened.GainsAsync(Requests);
        mesh.Sidecar.Process.Send(Support.Processes.Signal.Terminate);
        Assert.Equal(0, await mesh.Sidecar.Process.ExitAsync(Bound.Work));

        var lines = mesh.Sidecar.Process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > Requests, $"{lines.Length} lines of {Requests} requests");
        Assert.All(lines, line => Assert.True(format == "json" ? IsOurJson(line) : IsOurText(line), $"not the sidecar's own: {line}"));
        Assert.DoesNotContain(lines, line => line.Any(letter => char.IsControl(letter)));
    }

    /// <summary>In turn: in a field's value, in the path, in the method, in the host.</summary>
    private static string Request(HostileRequests hostile, int i)
    {
        var bad = Breaks[i / 5 % Breaks.Length] + Forged;
        var text = new StringBuilder();
        hostile.Append(text);
        return (i % 5) switch
        {
            0 => $"GET /{i} HTTP/1.1\r\nHost: h\r\nUser-Agent: {bad}\r\n\r\n",
            1 => $"GET /{bad.Replace(" ", "", StringComparison.Ordinal)} HTTP/1.1\r\nHost: h\r\n\r\n",
            2 => $"GET{bad.Replace(" ", "", StringComparison.Ordinal)} / HTTP/1.1\r\nHost: h\r\n\r\n",
            3 => $"GET / HTTP/1.1\r\nHost: h{bad}\r\nReferer: {bad}\r\n\r\n",
            _ => text.ToString(),
        };
    }

    private static async Task AskAsync(Mesh mesh, PromptServer server, string request)
    {
        using var client = await mesh.Plain.ConnectAsync(server.Endpoint);
        await client.SendAllAsync(Encoding.Latin1.GetBytes(request));
        client.Shutdown(SocketShutdown.Send);
        await client.EndAsync();
    }

    private static bool IsOurJson(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("time", out var time)
                && !time.ValueEquals("2026-01-01T00:00:00.000Z");
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsOurText(string line) =>
        !line.StartsWith("2026-01-01T00:00:00.000Z", StringComparison.Ordinal) && (Log().IsMatch(line) || Common().IsMatch(line));

    [GeneratedRegex("""^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \w+ """)]
    private static partial Regex Log();

    [GeneratedRegex("""^[0-9a-f.:]+ - - \[[^\]]+\] "(?:[^"\\]|\\.)*" (\d{3}|-) (\d+|-)""")]
    private static partial Regex Common();
}
