using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Fuzz;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Tests.Http.Agreement;

/// <summary>
/// What passes the observer is the same requests to a server that nobody here wrote: number, method, target and length of each body.
/// Seeded and bounded; TEST_MUTATIONS, TEST_FUZZ_FOR and TEST_FUZZ_SEED ask for more.
/// </summary>
public sealed class KestrelAgreementTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<int, ConcurrentQueue<SeenRequest>> _seen = [];
    private WebApplication _server = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        _server = builder.Build();
        _server.Run(TakeAsync);
        await _server.StartAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Requests_that_pass_are_the_requests_that_kestrel_sees()
    {
        var budget = FuzzBudget.FromEnvironment();
        var random = new Random(budget.Seed);
        var (rounds, whole) = (0, 0);
        for (; budget.Allows(rounds); rounds++)
        {
            var stream = RequestStream.Of(random);
            var (seen, stoppedEarly) = await AskAsync(stream);
            stream.AssertSeen(seen, stoppedEarly);
            whole += stoppedEarly ? 0 : 1;
        }
        Assert.True(whole > rounds / 4, $"only {whole} of {rounds} streams were read to their end");
    }

    private async Task<(IReadOnlyList<SeenRequest> Seen, bool StoppedEarly)> AskAsync(RequestStream stream)
    {
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, new Uri(_server.Urls.First()).Port));
        var seen = _seen[((IPEndPoint)client.LocalEndPoint!).Port] = new();
        await client.SendAllAsync(stream.Passed);
        // Kestrel may leave what it has not begun when a client ends; a stream that is whole it ends itself.
        if (!stream.IsWhole)
            client.Shutdown(SocketShutdown.Send);
        await EndAsync(client);
        // It refuses some that are sound but not to its taste, and ends with any request that says close.
        var sofar = seen.ToArray();
        return (sofar, sofar is not [.., { Target: "/last" }]);
    }

    /// <summary>Kestrel resets a client that has sent more than it wants to read.</summary>
    private static async Task EndAsync(Socket client)
    {
        try
        {
            await client.ReadToEndAsync();
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
    }

    private async Task TakeAsync(HttpContext context)
    {
        var seen = _seen[context.Connection.RemotePort];
        var length = 0L;
        try
        {
            // An upgrade that is not taken has no content, and what follows it is not its own.
            if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true })
                length = await LengthAsync(context.Request.Body);
        }
        catch (Exception end) when (end is Microsoft.AspNetCore.Http.BadHttpRequestException or IOException)
        {
            length = -1;
            // Else Kestrel reads on in the middle of the content.
            context.Abort();
        }
        seen.Enqueue(new SeenRequest(context.Request.Method, context.Features.Get<IHttpRequestFeature>()!.RawTarget, length));
    }

    private static async Task<long> LengthAsync(Stream body)
    {
        var (buffer, length) = (new byte[4096], 0L);
        while (await body.ReadAsync(buffer) is > 0 and var read)
            length += read;
        return length;
    }
}
