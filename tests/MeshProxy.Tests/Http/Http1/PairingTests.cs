using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Tests.Http.Http1;

/// <summary>Both directions of a connection together.</summary>
public sealed class PairingTests
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private const string Head = "HEAD /b HTTP/1.1\r\nHost: h\r\n\r\n";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    private const string WebSocket = "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
    private const string Connect = "CONNECT db:5432 HTTP/1.1\r\nHost: db:5432\r\n\r\n";
    private const string H2c =
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n";
    private const string Switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";

    [Fact]
    public void Pipelined_answers_are_framed_by_the_request_they_belong_to()
    {
        var connection = new ObservedConnection().Client(Get + Head + Get);
        Assert.Equal(3, connection.Observer.InFlight);
        connection.Server(Ok + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + Ok);
        Assert.Equal("200 | end 2 | 200 | end 0 | 200 | end 2", connection.Responses);
        Assert.Equal(0, connection.Observer.InFlight);
    }

    [Fact]
    public void Clients_may_begin_to_pipeline_after_any_number_of_single_requests()
    {
        for (var before = 0; before <= Pipeline.Depth; before++)
        {
            var connection = new ObservedConnection();
            for (var i = 0; i < before; i++)
                connection.Client(Get).Server(Ok);
            connection.Client(Get + Head + Get);
            Assert.Equal(3, connection.Observer.InFlight);
            connection.Server(Ok + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + Ok);
            Assert.EndsWith("200 | end 2 | 200 | end 0 | 200 | end 2", connection.Responses, StringComparison.Ordinal);
            Assert.Equal(0, connection.Observer.InFlight);
        }
    }

    [Fact]
    public void A_full_pipeline_holds_the_client_until_an_answer_has_ended()
    {
        var connection = new ObservedConnection();
        for (var i = 0; i < Pipeline.Depth + 2; i++)
            connection.Client(Get);
        Assert.Equal(Pipeline.Depth, connection.Observer.InFlight);
        Assert.True(connection.Observer.HoldsRequests);
        Assert.Equal(2 * Get.Length, connection.HeldRequestBytes);
        connection.Server(Ok);
        Assert.Equal(Get.Length, connection.HeldRequestBytes);
        connection.Server(Ok);
        Assert.Equal(0, connection.HeldRequestBytes);
        for (var i = 0; i < Pipeline.Depth; i++)
            connection.Server(Ok);
        Assert.Equal(0, connection.Observer.InFlight);
    }

    [Fact]
    public void Sizes_are_those_of_the_wire_and_the_callers_clock_stays_with_its_request()
    {
        const string Put = "PUT /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
        var connection = new ObservedConnection().Client(Put);
        connection.Observer.Newest.StartedAt = 41;
        connection.Client(Get);
        connection.Observer.Newest.StartedAt = 42;
        connection.Server("HTTP/1.1 103 Early Hints\r\n\r\n" + Ok);
        var first = connection.Observer.Finished;
        Assert.Equal(41, first.StartedAt);
        Assert.Equal(RequestMethod.Put, first.Method);
        Assert.Equal(200, first.Status);
        Assert.Equal(1, first.InformationalResponses);
        Assert.Equal(Put.Length, first.RequestBytes);
        Assert.Equal("HTTP/1.1 103 Early Hints\r\n\r\n".Length + Ok.Length, first.ResponseBytes);
        connection.Server(Ok);
        Assert.Equal(42, connection.Observer.Finished.StartedAt);
        Assert.Equal(RequestMethod.Get, connection.Observer.Finished.Method);
    }

    [Fact]
    public void An_answer_may_end_before_its_request_does()
    {
        var connection = new ObservedConnection().Client("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345");
        connection.Server(Ok);
        Assert.Equal(0, connection.Observer.InFlight);
        connection.Client("67890" + Get).Server(Ok);
        Assert.Equal("POST /a | end 10 | GET /a | end 0", connection.Requests);
        Assert.Equal("200 | end 2 | 200 | end 2", connection.Responses);
        Assert.Equal(Get.Length, connection.Observer.Finished.RequestBytes);
    }

    [Trait("fault", "H6"), Trait("fault", "H19")]
    [Theory]
    [InlineData(WebSocket, Switching)]
    [InlineData(WebSocket, "HTTP/1.1 103 Early Hints\r\n\r\n" + Switching)]
    [InlineData(Connect, "HTTP/1.1 200 Connection established\r\n\r\n")]
    [InlineData(Connect, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")]
    public void What_follows_a_switch_passes_only_after_its_confirmation(string request, string answer)
    {
        var connection = new ObservedConnection().Client(request + "\x16\x03 tunnel bytes");
        Assert.Equal(request, connection.PassedRequestText);
        Assert.True(connection.Observer.HoldsRequests);
        connection.Server(answer + "\0server bytes");
        Assert.Equal(request + "\x16\x03 tunnel bytes", connection.PassedRequestText);
        Assert.Equal(answer + "\0server bytes", connection.PassedResponseText);
        Assert.EndsWith("opaque", connection.Requests);
        Assert.Equal(long.MaxValue, connection.Observer.OpaqueRequestBytes);
        Assert.Equal(long.MaxValue, connection.Observer.OpaqueResponseBytes);
        Assert.Equal(1, connection.Observer.InFlight);
    }

    [Theory]
    [InlineData(WebSocket)]
    [InlineData(Connect)]
    [InlineData(H2c)]
    public void A_refused_switch_stays_http(string request)
    {
        var connection = new ObservedConnection().Client(request + Get);
        Assert.Equal(Get.Length, connection.HeldRequestBytes);
        connection.Server("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno").Server(Ok);
        Assert.EndsWith("GET /a | end 0", connection.Requests);
        Assert.Equal("400 | end 2 | 200 | end 2", connection.Responses);
    }

    [Trait("fault", "H6")]
    [Fact]
    public void Garbage_smuggled_behind_a_refused_switch_is_refused()
    {
        var connection = new ObservedConnection().Client(WebSocket + "smuggled\r\n\r\n").Server(Ok);
        Assert.EndsWith("refused bad-request-line", connection.Requests);
        Assert.Equal(WebSocket, connection.PassedRequestText);
    }

    [Trait("fault", "H13")]
    [Theory]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("GET /a HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\n\r\n")]
    public void A_switch_that_was_not_asked_for_is_refused(string request) =>
        Assert.Equal("refused unasked-switch", new ObservedConnection().Client(request).Server(Switching).Responses);

    [Trait("fault", "H12")]
    [Fact]
    public void Expect_100_continue_waits_for_nobody()
    {
        const string Put = "PUT /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
        var connection = new ObservedConnection().Client(Put);
        Assert.Equal(Put, connection.PassedRequestText);
        connection.Server("HTTP/1.1 100 Continue\r\n\r\n").Client("hi").Server(Ok);
        Assert.Equal("PUT /a | end 2", connection.Requests);
        Assert.Equal("100 | 200 | end 2", connection.Responses);
    }

    [Fact]
    public void A_reset_observer_is_as_new()
    {
        var connection = new ObservedConnection().Client(WebSocket).Server(Switching).Client("tunnel");
        connection.Observer.Reset();
        Assert.Equal(0, connection.Observer.OpaqueRequestBytes);
        connection.Client(Get).Server(Ok);
        Assert.EndsWith("GET /a | end 0", connection.Requests);
        Assert.EndsWith("200 | end 2", connection.Responses);
    }

    [Fact]
    public void Observing_a_keep_alive_connection_allocates_nothing()
    {
        var observer = new Http1Observer(Http1Limits.Default, FramingPolicy.Refuse);
        byte[] request = Detection.ByteSplits.Bytes(
            "POST /a HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "2;x=y\r\nhi\r\n0\r\nX: y\r\n\r\n");
        byte[] response = Detection.ByteSplits.Bytes(Ok);
        Exchange(observer, request, response, 1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(observer, request, response, 1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Exchange(Http1Observer observer, byte[] request, byte[] response, int count)
    {
        for (var i = 0; i < count; i++)
        {
            for (var rest = request.AsSpan(); observer.NextRequest(rest) is { Kind: not Http1StepKind.NeedMore } step;)
                rest = rest[step.Bytes..];
            for (var rest = response.AsSpan(); observer.NextResponse(rest) is { Kind: not Http1StepKind.NeedMore } step;)
                rest = rest[step.Bytes..];
        }
    }
}
