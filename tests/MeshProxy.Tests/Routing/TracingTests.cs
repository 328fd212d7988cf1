using System.Threading.Channels;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.DataPlane.Support;
using MeshProxy.Tests.Routing.Support;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Tests.Routing;

/// <summary>Spans as a collector gets them.</summary>
public sealed class TracingTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task Request_is_a_server_span_and_each_try_a_client_span_of_the_clients_trace()
    {
        var received = Channel.CreateUnbounded<byte[]>();
        await using var collector = await WebBackend.StartAsync(async context =>
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await received.Writer.WriteAsync(body.ToArray());
        });
        var parents = new List<string>();
        var tries = 0;
        await using var backend = await WebBackend.StartAsync(context =>
        {
            parents.Add(context.Request.Headers.TraceParent.ToString());
            context.Response.StatusCode = ++tries == 1 ? 503 : 200;
            return Task.CompletedTask;
        });
        var proxy = ProxyFixture.StartRouted(
            backend.EndPoint,
            [Routes.To(backend.Target) with { Retries = RouteRetries.Default with { Statuses = [503] } }],
            settings => settings with { Tracing = new TracingSettings($"http://{collector.Target}", 1000) });
        using (var client = proxy.Client())
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/traced");
            request.Headers.Add("traceparent", $"00-{TraceId}-b7ad6b7169203331-01");
            Assert.True((await client.SendAsync(request)).IsSuccessStatusCode);
        }
        // The end sends what has not been sent yet.
        await proxy.DisposeAsync();
        Assert.Equal("POST /v1/traces", Assert.Single(collector.Asked));
        var spans = OtlpSpan.ReadAll(await received.Reader.ReadAsync());
        Assert.All(spans, span => Assert.Equal(TraceId, span.TraceId));
        var server = Assert.Single(spans, span => span.Kind == OtlpSpan.Server);
        Assert.Equal("b7ad6b7169203331", server.ParentId);
        Assert.Equal("GET test", server.Name);
        var clients = spans.Where(span => span.Kind == OtlpSpan.Client).ToList();
        Assert.All(clients, span => Assert.Equal(server.SpanId, span.ParentId));
        Assert.Equal(parents.Order(), clients.Select(span => $"00-{TraceId}-{span.SpanId}-01").Order());
        Assert.Equal(2, clients.Count);
    }

    [Fact]
    public async Task Trace_context_passes_untouched_where_tracing_is_off()
    {
        var seen = "";
        await using var backend = await WebBackend.StartAsync(context =>
        {
            seen = $"{context.Request.Headers.TraceParent} {context.Request.Headers.TraceState}";
            return Task.CompletedTask;
        });
        await using var proxy = ProxyFixture.StartRouted(backend.EndPoint, [Routes.To(backend.Target)]);
        using var client = proxy.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("traceparent", $"00-{TraceId}-b7ad6b7169203331-00");
        request.Headers.Add("tracestate", "a=b");
        await client.SendAsync(request);
        Assert.Equal($"00-{TraceId}-b7ad6b7169203331-00 a=b", seen);
    }
}
