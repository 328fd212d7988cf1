using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Tests.Http.Http1;

/// <summary>What a client sends, what of it passes, and why not.</summary>
public sealed class RequestFramingTests
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private const string Chunked = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Theory]
    [InlineData(Get, "GET /a | end 0")]
    [InlineData("\r\n" + Get, "GET /a | end 0")]
    [InlineData("GET /a HTTP/1.0\r\n\r\n", "GET /a | end 0")]
    [InlineData("GET http://h/a HTTP/1.1\r\nhost:h:80\r\n\r\n", "GET http://h/a | end 0")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHOST: [::1]:80\r\n\r\n", "OPTIONS * | end 0")]
    [InlineData("UNKNOWN /a HTTP/1.1\r\nHost: h\r\nX: \t a \u00fc b \t \r\nY:\r\n\r\n", "UNKNOWN /a | end 0")]
    [InlineData("get /a HTTP/1.1\r\nHost: h\r\n\r\n", "get /a | end 0")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", "POST /a | end 5")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "GET /a | end 0")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" + Get, "GET /a | end 3 | GET /a | end 0")]
    [InlineData(Get + Get + Get, "GET /a | end 0 | GET /a | end 0 | GET /a | end 0")]
    [InlineData(Chunked + "0\r\n\r\n", "POST /a | end 5")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n\r\n", "POST /a | end 15")]
    [InlineData(Chunked + "00a\r\n0123456789\r\nA\r\n0123456789\r\n000\r\n\r\n", "POST /a | end 39")]
    [InlineData(Chunked + "5;a=b;c;d=\"q\\\"; x\"\r\nhello\r\n0;last\r\nX-Sum: 1\r\nY:2\r\n\r\n", "POST /a | end 52")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\ntransfer-encoding: CHUNKED\r\n\r\n0\r\n\r\n" + Get, "POST /a | end 5 | GET /a | end 0")]
    public void Sound_requests_pass_whole_at_any_split(string text, string events) => AssertAtEverySplit(text, events, text.Length);

    [Trait("fault", "H1"), Trait("fault", "H2"), Trait("fault", "H3"), Trait("fault", "H4"), Trait("fault", "H8"), Trait("fault", "H9")]
    [Theory]
    // Lines.
    [InlineData("GET /a HTTP/1.1\nHost: h\n\n", "refused bare-line-feed")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\n\r\n", "refused bare-line-feed")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\n\n", "refused bare-line-feed")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", "refused bare-carriage-return")]
    [InlineData("GET /a HTTP/1.1\r\r\nHost: h\r\n\r\n", "refused bare-carriage-return")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\n\rX: y\r\n\r\n", "refused bare-carriage-return")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n", "refused control-character")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nX: a\x0b\r\n\r\n", "refused control-character")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nX: \x7f\r\n\r\n", "refused control-character")]
    [InlineData("\r\n\r\n" + Get, "refused bad-request-line")]
    // Request line.
    [InlineData("GET  /a HTTP/1.1\r\nHost: h\r\n\r\n", "refused bad-target")]
    [InlineData("GET /a  HTTP/1.1\r\nHost: h\r\n\r\n", "refused bad-request-line")]
    [InlineData("GET /a HTTP/1.1 \r\nHost: h\r\n\r\n", "refused bad-request-line")]
    [InlineData("GET /a\tHTTP/1.1\r\nHost: h\r\n\r\n", "refused bad-request-line")]
    [InlineData("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", "refused bad-request-line")]
    [InlineData("GET /a\r\n\r\n", "refused bad-request-line")]
    [InlineData("G\u00e9T /a HTTP/1.1\r\nHost: h\r\n\r\n", "refused bad-request-line")]
    [InlineData("GET /a http/1.1\r\nHost: h\r\n\r\n", "refused bad-request-line")]
    [InlineData("GET /a HTTP/1.2\r\nHost: h\r\n\r\n", "refused unsupported-version")]
    [InlineData("GET /a HTTP/2.0\r\nHost: h\r\n\r\n", "refused unsupported-version")]
    [InlineData("GET a HTTP/1.1\r\nHost: h\r\n\r\n", "refused bad-target")]
    [InlineData("GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", "refused bad-target")]
    [InlineData("CONNECT /a HTTP/1.1\r\nHost: h\r\n\r\n", "refused bad-target")]
    [InlineData("CONNECT h HTTP/1.1\r\nHost: h\r\n\r\n", "refused bad-target")]
    // Fields.
    [InlineData("GET /a HTTP/1.1\r\nHost : h\r\n\r\n", "refused space-before-colon")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nX\t: y\r\n\r\n", "refused space-before-colon")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nX: y\r\n folded\r\n\r\n", "refused line-folding")]
    [InlineData("GET /a HTTP/1.1\r\n Host: h\r\n\r\n", "refused line-folding")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", "refused bad-field-name")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\n: y\r\n\r\n", "refused bad-field-name")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nX(y): y\r\n\r\n", "refused bad-field-name")]
    // Host.
    [InlineData("GET /a HTTP/1.1\r\n\r\n", "refused missing-host")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nhost: h\r\n\r\n", "refused duplicate-host")]
    [InlineData("GET /a HTTP/1.0\r\nHost: h\r\nhost: h\r\n\r\n", "refused duplicate-host")]
    [InlineData("GET /a HTTP/1.1\r\nHost: \r\n\r\n", "refused bad-host")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h/a\r\n\r\n", "refused bad-host")]
    [InlineData("GET /a HTTP/1.1\r\nHost: u@h\r\n\r\n", "refused bad-host")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h,i\r\n\r\n", "refused bad-host")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h i\r\n\r\n", "refused bad-host")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h:80:81\r\n\r\n", "refused bad-host")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h:port\r\n\r\n", "refused bad-host")]
    [InlineData("GET /a HTTP/1.1\r\nHost: [::1\r\n\r\n", "refused bad-host")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h]\r\n\r\n", "refused bad-host")]
    // Lengths.
    [InlineData(
        "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "refused content-length-with-transfer-encoding")]
    [InlineData(
        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n",
        "refused content-length-with-transfer-encoding")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", "refused duplicate-content-length")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\n", "refused bad-content-length")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\n", "refused bad-content-length")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: -0\r\n\r\n", "refused bad-content-length")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0x5\r\n\r\n", "refused bad-content-length")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n", "refused bad-content-length")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5 5\r\n\r\n", "refused bad-content-length")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775808\r\n\r\n", "refused bad-content-length")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551616\r\n\r\n", "refused bad-content-length")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n", "refused unsupported-transfer-coding")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "refused unsupported-transfer-coding")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n", "refused unsupported-transfer-coding")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n", "refused bad-transfer-encoding")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: ,chunked\r\n\r\n", "refused bad-transfer-encoding")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked,\r\n\r\n", "refused bad-transfer-encoding")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", "refused bad-transfer-encoding")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \"chunked\"\r\n\r\n", "refused bad-transfer-encoding")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\u00a0\r\n\r\n", "refused bad-transfer-encoding")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n\r\n", "refused bad-transfer-encoding")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \vchunked\r\n\r\n", "refused control-character")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\f\r\n\r\n", "refused control-character")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\0\r\n\r\n", "refused control-character")]
    [InlineData(
        "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "refused bad-transfer-encoding")]
    [InlineData("POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "refused transfer-encoding-in-http10")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close, Content-Length\r\n\r\n", "refused connection-names-framing")]
    [InlineData("GET /a HTTP/1.1\r\nHost: h\r\nConnection: transfer-encoding\r\n\r\n", "refused connection-names-framing")]
    public void Of_an_ambiguous_head_no_byte_passes_at_any_split(string text, string events)
    {
        AssertAtEverySplit(text, events, 0);
        AssertAtEverySplit(Get + text + Get, "GET /a | end 0 | " + events, Get.Length);
    }

    [Trait("fault", "H5"), Trait("fault", "H17")]
    [Theory]
    [InlineData("0x5\r\nhello\r\n", "bad-chunk-size", 1)]
    [InlineData("5_0\r\nhello\r\n", "bad-chunk-size", 1)]
    [InlineData("+5\r\nhello\r\n", "bad-chunk-size", 0)]
    [InlineData("-5\r\nhello\r\n", "bad-chunk-size", 0)]
    [InlineData(" 5\r\nhello\r\n", "bad-chunk-size", 0)]
    [InlineData("5 \r\nhello\r\n", "bad-chunk-size", 1)]
    [InlineData("5 ;a\r\nhello\r\n", "bad-chunk-size", 1)]
    [InlineData("\r\nhello\r\n", "bad-chunk-size", 0)]
    [InlineData(";a\r\nhello\r\n", "bad-chunk-size", 0)]
    [InlineData("8000000000000000\r\n", "bad-chunk-size", 15)]
    [InlineData("10000000000000000\r\n", "bad-chunk-size", 16)]
    [InlineData("00000000000000005\r\n", "bad-chunk-size", 16)]
    [InlineData("5\nhello\r\n", "bare-line-feed", 1)]
    [InlineData("5\rhello\r\n", "bare-carriage-return", 2)]
    [InlineData("5;a\nhello\r\n", "bad-chunk-extension", 3)]
    [InlineData("5;a=\r\nhello\r\n", "bad-chunk-extension", 4)]
    [InlineData("5;\r\nhello\r\n", "bad-chunk-extension", 2)]
    [InlineData("5;a \r\nhello\r\n", "bad-chunk-extension", 4)]
    [InlineData("5;a=\"x\r\nhello\r\n", "bad-chunk-extension", 6)]
    [InlineData("5;a=b\0\r\nhello\r\n", "bad-chunk-extension", 5)]
    [InlineData("5;a,b\r\nhello\r\n", "bad-chunk-extension", 3)]
    [InlineData("5\r\nhello0\r\n", "bad-chunk-end", 8)]
    [InlineData("5\r\nhello\n0\r\n", "bad-chunk-end", 8)]
    [InlineData("5\r\nhello\r0\r\n", "bad-chunk-end", 9)]
    [InlineData("0\r\nX: y\n\r\n", "bare-line-feed", 3)]
    [InlineData("0\r\nX : y\r\n\r\n", "space-before-colon", 3)]
    [InlineData("0\r\nX: y\r\n z\r\n\r\n", "line-folding", 9)]
    [InlineData("0\r\nContent-Length: 5\r\n\r\n", "forbidden-trailer", 3)]
    [InlineData("0\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n", "forbidden-trailer", 9)]
    [InlineData("0\r\nHost: h\r\n\r\n", "forbidden-trailer", 3)]
    [InlineData("0\r\nAuthorization: x\r\n\r\n", "forbidden-trailer", 3)]
    public void A_bad_chunk_ends_the_connection_at_its_first_bad_byte(string body, string error, int passes) =>
        AssertAtEverySplit(Chunked + body, $"POST /a | broken {error}", Chunked.Length + passes);

    [Trait("fault", "H10")]
    [Fact]
    public void Bounds_are_exact()
    {
        AssertEvents(Line(8192), $"GET {Target(8192)} | end 0");
        AssertEvents(Line(8193), "refused target-too-long");
        AssertEvents(new string('M', 32) + " /a HTTP/1.1\r\nHost: h\r\n\r\n", new string('M', 32) + " /a | end 0");
        AssertEvents(new string('M', 33) + " /a HTTP/1.1\r\nHost: h\r\n\r\n", "refused method-too-long");
        AssertEvents(new string('M', 70_000), "refused method-too-long");
        AssertEvents(Head(fields: 100), "GET /a | end 0");
        AssertEvents(Head(fields: 101), "refused too-many-fields");
        AssertEvents(HeadOf(65_536), "GET /a | end 0");
        AssertEvents(HeadOf(65_537), "refused head-too-large");
        AssertEvents(HeadOf(65_537)[..65_536], "refused head-too-large");
        AssertEvents(Chunked + "0;" + new string('x', 4092) + "\r\n\r\n", "POST /a | end 4098");
        AssertEvents(Chunked + "0;" + new string('x', 4093) + "\r\n\r\n", "POST /a | broken chunk-line-too-long");
        AssertEvents(Chunked + "0\r\nX: " + new string('x', 9000) + "\r\n\r\n", "POST /a | broken trailers-too-large");

        static string Target(int length) => "/" + new string('x', length - "GET / HTTP/1.1".Length);
        static string Line(int length) => $"GET {Target(length)} HTTP/1.1\r\nHost: h\r\n\r\n";
        static string Head(int fields) =>
            "GET /a HTTP/1.1\r\nHost: h\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", fields - 1)) + "\r\n";
        static string HeadOf(int length) => Get[..^2] + "X: " + new string('y', length - Get.Length - 5) + "\r\n\r\n";
    }

    [Fact]
    public void A_head_that_trickles_in_for_ever_is_refused_at_its_bound()
    {
        var connection = new ObservedConnection().Client("GET /a HTTP/1.1\r\n");
        for (var i = 0; i < 80; i++)
            connection.Client("X: " + new string('y', 1000) + "\r\n");
        Assert.Equal("refused head-too-large", connection.Requests);
        Assert.Equal("", connection.PassedRequestText);
    }

    [Trait("fault", "H16")]
    [Fact]
    public void After_a_refusal_nothing_passes_any_more()
    {
        var connection = new ObservedConnection().Client("GET /a HTTP/1.1\n\n");
        for (var i = 0; i < 3; i++)
            connection.Client(Get);
        Assert.Equal("refused bare-line-feed", connection.Requests);
        Assert.Equal("", connection.PassedRequestText);
    }

    [Fact]
    public void In_transparent_mode_what_would_be_refused_passes_and_is_named()
    {
        const string Ambiguous = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        var connection = new ObservedConnection(FramingPolicy.Transparent).Client(Get).Client(Ambiguous).Client("more");
        Assert.Equal("GET /a | end 0 | opaque content-length-with-transfer-encoding", connection.Requests);
        Assert.Equal(Get + Ambiguous + "more", connection.PassedRequestText);
        connection.Server("anything");
        Assert.Equal("anything", connection.PassedResponseText);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(Get, "GET /a | end 0")]
    [InlineData(Get + "GE", "GET /a | end 0 | refused truncated-head")]
    [InlineData("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhell", "POST /a | broken truncated-body")]
    [InlineData(Chunked + "5\r\nhello\r\n0\r\n", "POST /a | broken truncated-body")]
    public void The_end_of_the_client_tells_what_is_cut_off(string text, string events) =>
        Assert.Equal(events, new ObservedConnection().Client(text).ClientEnds().Requests);

    [Fact]
    public void What_the_head_says_is_reported()
    {
        var observer = new Http1Observer(Http1Limits.Default, FramingPolicy.Refuse);
        var bytes = Detection.ByteSplits.Bytes(
            "\r\nPUT /x?y HTTP/1.1\r\nHost: shop:8080\r\nUser-Agent: curl/8 \r\nExpect: 100-Continue\r\n"
            + "Connection: Upgrade, close\r\nUpgrade: websocket\r\nContent-Length: 12\r\n\r\nhello");
        var step = observer.NextRequest(bytes);
        Assert.Equal(Http1StepKind.Head, step.Kind);
        var head = observer.RequestHead(bytes);
        Assert.Equal("PUT", System.Text.Encoding.ASCII.GetString(head.MethodText));
        Assert.Equal("/x?y", System.Text.Encoding.ASCII.GetString(head.Target));
        Assert.Equal("shop:8080", System.Text.Encoding.ASCII.GetString(head.Host));
        Assert.Equal("curl/8", System.Text.Encoding.ASCII.GetString(head.UserAgent));
        Assert.Equal(12, head.ContentLength);
        Assert.Equal(UpgradeProtocol.WebSocket, head.Upgrade);
        Assert.True(head is { ExpectsContinue: true, Closes: true, HasBody: true, IsChunked: false, IsHttp10: false });
    }

    [Fact]
    public void Content_may_be_spliced_past_the_observer()
    {
        var connection = new ObservedConnection().Client("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\nfirst");
        Assert.Equal(999_995, connection.Observer.OpaqueRequestBytes);
        connection.Observer.PassRequestBytes(999_994);
        connection.Client("x").Client(Get);
        Assert.Equal("PUT /a | end 6 | GET /a | end 0", connection.Requests);
        Assert.Equal(0, connection.Observer.OpaqueRequestBytes);
    }

    [Fact]
    public void A_chunk_may_be_spliced_past_the_observer()
    {
        var connection = new ObservedConnection().Client(Chunked + "1000\r\nab");
        Assert.Equal(4094, connection.Observer.OpaqueRequestBytes);
        connection.Observer.PassRequestBytes(4094);
        connection.Client("\r\n0\r\n\r\n");
        Assert.EndsWith("end 15", connection.Requests);
    }

    private static void AssertEvents(string text, string events)
    {
        Assert.Equal(events, new ObservedConnection().Client(text).Requests);
        var middle = text.Length / 2;
        Assert.Equal(events, new ObservedConnection().Client(text[..middle]).Client(text[middle..]).Requests);
        Assert.Equal(events, new ObservedConnection().Client(text[..^1]).Client(text[^1..]).Requests);
    }

    private static void AssertAtEverySplit(string text, string events, int passes)
    {
        for (var split = 0; split <= text.Length; split++)
            AssertPassed(new ObservedConnection().Client(text[..split]).Client(text[split..]), text, events, passes);
        var trickle = new ObservedConnection();
        foreach (var c in text)
            trickle.Client(c.ToString());
        AssertPassed(trickle, text, events, passes);
    }

    private static void AssertPassed(ObservedConnection connection, string text, string events, int passes)
    {
        Assert.Equal(events, connection.Requests);
        Assert.Equal(text[..passes], connection.PassedRequestText);
    }
}
