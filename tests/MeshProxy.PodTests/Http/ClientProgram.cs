using System.Text.RegularExpressions;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Http;

/// <summary>A client nobody here wrote, and what it is asked to do.</summary>
/// <param name="IsExact">Every run sends and receives the same bytes in the same connections.</param>
/// <param name="Results">The lines of its output that are the same in every run.</param>
/// <param name="Requests">Command lines, given the authority and a file to upload.</param>
internal sealed record ClientProgram(string Program, bool IsHttp2, bool IsExact, Regex Results, Func<string, string, string[][]> Requests)
{
    private const string Curl1 = "--http1.1";
    private const string Curl2 = "--http2-prior-knowledge";

    private static readonly Regex Everything = new("^(?!date:).*$", RegexOptions.Multiline | RegexOptions.IgnoreCase);
    private static readonly Regex Counts = new("^(requests|status codes):.*$", RegexOptions.Multiline);
    private static readonly Regex Complaints = new("^.*(Socket errors|Non-2xx).*$", RegexOptions.Multiline);

    public static IReadOnlyDictionary<string, ClientProgram> All { get; } = new Dictionary<string, ClientProgram>
    {
        ["curl"] = new("curl", false, true, Everything, (at, file) =>
        [
            [.. Get(Curl1, at, "small"), $"http://{at}/small", $"http://{at}/none"],
            [.. Get(Curl1, at, "small"), "--head"],
            [.. Get(Curl1, at, "big"), "--range", "100-199"],
            [.. Get("--http1.0", at, "big")],
            // Above 1 MiB curl waits for '100 Continue' first.
            [.. Get(Curl1, at, "form"), "--data-binary", "@" + file],
            [.. Get(Curl1, at, "form"), "--data-binary", "@" + file, "--header", "Transfer-Encoding: chunked"],
            [.. Get(Curl1, at, "small"), "--header", "X-MiXed-cAsE:  kept  ", "--header", "x-empty;"],
        ]),
        ["curl-h2"] = new("curl", true, false, Everything, (at, _) =>
        [
            // One request each: Debian's curl 7.88 cannot use such a connection twice.
            [.. Get(Curl2, at, "small")],
            [.. Get(Curl2, at, "none")],
            [.. Get(Curl2, at, "small"), "--head"],
            [.. Get(Curl2, at, "big")],
        ]),
        // Asks every server to switch; Apache does. Debian's curl takes no more than 32 KiB behind the switch.
        ["curl-h2c"] = new("curl", false, false, Everything, (at, _) =>
        [
            [.. Get("--http2", at, "small")],
            [.. Get("--http2", at, "none")],
        ]),
        ["wrk"] = new(
            "wrk", false, false, Complaints,
            (at, _) => [["--threads", "1", "--connections", "1", "--duration", "1s", $"http://{at}/small"]]),
        ["h2load-h1"] = new("h2load", false, false, Counts, (at, _) => [["--h1", "-n", "200", "-c", "4", $"http://{at}/small"]]),
        ["h2load"] = new("h2load", true, false, Counts, (at, _) => [["-n", "400", "-c", "4", "-m", "16", $"http://{at}/small"]]),
        ["nghttp"] = new("nghttp", true, false, Everything, (at, file) => [["--data", file, $"http://{at}/form"], [$"http://{at}/big"]]),
    };

    public IEnumerable<PodCommand> Commands(string authority, string file) =>
        Requests(authority, file).Select(arguments => new PodCommand(Program, arguments));

    /// <summary>Of concurrent streams, lines come in any order.</summary>
    public IEnumerable<string> ResultsOf(IEnumerable<string> printed) => printed.Select(output =>
        string.Join('\n', Results.Matches(output).Select(line => line.Value.Trim()).Order(StringComparer.Ordinal)));

    private static string[] Get(string version, string at, string name) =>
        ["--silent", "--show-error", "--include", "--noproxy", "*", "--max-time", "30", version, $"http://{at}/{name}"];
}
