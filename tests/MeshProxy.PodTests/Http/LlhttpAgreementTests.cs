using System.Diagnostics;
using System.Text.Json;
using MeshProxy.PodTests.Support;
using MeshProxy.Tests.Fuzz;
using MeshProxy.Tests.Http.Agreement;

namespace MeshProxy.PodTests.Http;

/// <summary>
/// What passes the observer is the same requests to llhttp, the parser of node. Seeded and bounded; TEST_MUTATIONS, TEST_FUZZ_FOR and
/// TEST_FUZZ_SEED ask for more.
/// </summary>
public sealed class LlhttpAgreementTests
{
    /// <summary>
    /// A line of base64 in, a line of what llhttp made of it out. An upgrade is declined: what follows is read as a request again.
    /// </summary>
    private const string Script = """
        const { HTTPParser } = require('_http_common');
        const { allMethods, methods } = process.binding('http_parser');
        function read(bytes, seen) {
          const parser = new HTTPParser();
          let early = '', upgrades = false;
          parser.initialize(HTTPParser.REQUEST, {}, 1 << 20, 0);
          parser[HTTPParser.kOnHeaders] = (_, url) => { early += url; };
          parser[HTTPParser.kOnHeadersComplete] = (major, minor, headers, method, url, status, reason, upgrade) => {
            seen.push({ Method: (allMethods || methods)[method], Target: url || early, BodyBytes: 0, whole: false });
            early = '';
            upgrades = upgrade;
            return 0;
          };
          parser[HTTPParser.kOnBody] = part => { seen.at(-1).BodyBytes += part.length; };
          parser[HTTPParser.kOnMessageComplete] = () => { seen.at(-1).whole = true; early = ''; };
          const result = parser.execute(bytes);
          if (result instanceof Error) return false;
          return upgrades && result < bytes.length ? read(bytes.subarray(result), seen) : true;
        }
        require('readline').createInterface({ input: process.stdin }).on('line', line => {
          const seen = [];
          const sound = read(Buffer.from(line, 'base64'), seen);
          for (const request of seen) if (!request.whole) request.BodyBytes = -1;
          console.log(JSON.stringify({ sound, seen }));
        });
        """;

    [PodFact("node")]
    public async Task Requests_that_pass_are_the_requests_that_llhttp_sees()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "llhttp.js");
        await File.WriteAllTextAsync(script, Script);
        using var node = Process.Start(new ProcessStartInfo("node", ["--no-deprecation", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            await CompareAsync(node, FuzzBudget.FromEnvironment());
        }
        finally
        {
            node.Kill();
        }
    }

    private static async Task CompareAsync(Process node, FuzzBudget budget)
    {
        var random = new Random(budget.Seed);
        var (rounds, sound) = (0, 0);
        for (; budget.Allows(rounds); rounds++)
        {
            var stream = RequestStream.Of(random);
            await node.StandardInput.WriteLineAsync(Convert.ToBase64String(stream.Passed));
            await node.StandardInput.FlushAsync();
            var line = await node.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
            var answer = JsonDocument.Parse(line!).RootElement;
            // It knows fewer methods than there are tokens, and reads nothing behind a request that closes.
            var isSound = answer.GetProperty("sound").GetBoolean();
            stream.AssertSeen([.. answer.GetProperty("seen").EnumerateArray().Select(Read)], !isSound);
            sound += isSound ? 1 : 0;
        }
        Assert.True(sound > rounds / 4, $"only {sound} of {rounds} streams were read to their end");
    }

    private static SeenRequest Read(JsonElement request) => new(
        request.GetProperty("Method").GetString()!, request.GetProperty("Target").GetString()!,
        request.GetProperty("BodyBytes").GetInt64());
}
