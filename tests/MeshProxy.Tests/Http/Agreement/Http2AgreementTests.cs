using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Fuzz;
using MeshProxy.Tests.Http.Http2;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Tests.Http.Agreement;

/// <summary>
/// The streams that the proxy counts are those that Kestrel serves behind it, however their frames are made and cut; of frames that were
/// spoilt on the way, Kestrel serves none that the proxy does not know. A tenth of what TEST_MUTATIONS says; TEST_FUZZ_SEED repeats a run.
/// </summary>
public sealed class Http2AgreementTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _served = [];
    private readonly AccessLines _access = new(AccessLogFormat.Json);
    private readonly FuzzBudget _budget = FuzzBudget.FromEnvironment();
    private WebApplication _server = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _server = builder.Build();
        _server.Run(context =>
        {
            _served.Enqueue($"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}");
            return context.Request.Body.CopyToAsync(Stream.Null);
        });
        await _server.StartAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Streams_that_are_counted_are_the_streams_that_kestrel_serves()
    {
        await using var proxy = Start();
        var random = new Random(_budget.Seed);
        for (var round = 0; _budget.Allows(10 * round); round++)
        {
            var requests = new RandomStreams(random, round);
            using (var client = await proxy.ConnectAsync())
            {
                await SendAsync(client, requests.Bytes, random);
                for (var answered = 0; answered < requests.Count;)
                {
                    var type = (await client.ReadFrameAsync()).Type;
                    Assert.NotEqual(Frames.GoAwayType, type);
                    answered += type == Frames.HeadersType ? 1 : 0;
                }
            }
            await AssertEndedAsync(proxy, round + 1);
            var counted = await CountedAsync();
            Assert.Equal(requests.Count, counted.Count);
            Assert.Equal(TakeServed().Order(), counted.Order());
        }
    }

    [Fact]
    public async Task Of_spoilt_frames_kestrel_serves_no_stream_that_is_not_counted()
    {
        await using var proxy = Start();
        var random = new Random(_budget.Seed + 1);
        var counted = new List<string>();
        for (var round = 0; _budget.Allows(10 * round); round++)
        {
            var sound = new RandomStreams(random, round).Bytes[Frames.ClientStart.Length..];
            byte[] frames = [.. Frames.ClientStart, .. Mutation.Of([sound], default, random)];
            using (var client = await proxy.ConnectAsync())
            {
                await SendAsync(client, frames, random);
                await EndAsync(client);
            }
            await AssertEndedAsync(proxy, round + 1);
            counted.AddRange(await CountedAsync());
        }
        await _server.StopAsync();
        Assert.Empty(TakeServed().Except(counted));
    }

    private ProxyFixture Start() =>
        ProxyFixture.Start(new IPEndPoint(IPAddress.Loopback, new Uri(_server.Urls.First()).Port), access: _access);

    private static async Task SendAsync(Socket client, byte[] bytes, Random random)
    {
        foreach (var part in bytes.Chunk(random.Next(1, bytes.Length)))
            await client.SendAllAsync(part);
    }

    private static async Task EndAsync(Socket client)
    {
        try
        {
            client.Shutdown(SocketShutdown.Send);
            await client.ReadToEndAsync();
        }
        catch (SocketException reset) when (reset.SocketErrorCode is SocketError.ConnectionReset or SocketError.NotConnected)
        {
        }
    }

    private static async Task AssertEndedAsync(ProxyFixture proxy, int connections)
    {
        using var patience = new CancellationTokenSource(Peer.Patience);
        while (Closed().Sum(Value) < connections)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Delay(1);
        }

        IEnumerable<string> Closed() => proxy.Metrics().Split('\n')
            .Where(line => line.StartsWith("meshproxy_connections_closed_total{direction=\"outbound\""));

        static long Value(string line) => long.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Every line of a connection is written before its end is counted.</summary>
    private async Task<List<string>> CountedAsync()
    {
        var counted = new List<string>();
        while (!_access.IsEmpty)
        {
            var line = JsonDocument.Parse(await _access.NextAsync()).RootElement;
            counted.Add($"{line.GetProperty("method").GetString()} {line.GetProperty("path").GetString()}");
        }
        return counted;
    }

    private List<string> TakeServed()
    {
        var served = new List<string>();
        while (_served.TryDequeue(out var one))
            served.Add(one);
        return served;
    }
}
