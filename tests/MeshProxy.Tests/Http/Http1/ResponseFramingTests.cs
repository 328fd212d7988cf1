using MeshProxy.DataPlane.Http.Http1;

namespace MeshProxy.Tests.Http.Http1;

/// <summary>What a server answers, what of it passes, and why not.</summary>
public sealed class ResponseFramingTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    [Trait("fault", "H14")]
    [Theory]
    [InlineData("GET", Ok, "200 | end 2")]
    [InlineData("GET", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "200 | end 0")]
    [InlineData("GET", "HTTP/1.0 404 \r\ncontent-length:2\r\n\r\nhi", "404 | end 2")]
    [InlineData("GET", "HTTP/1.1 200 OK\u00fc\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n", "200 | end 22")]
    [InlineData("GET", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Ok, "103 | 200 | end 2")]
    [InlineData("GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + Ok, "100 | 102 | 200 | end 2")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "200 | end 0")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "200 | end 0")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\n\r\n", "200 | end 0")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n", "204 | end 0")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "204 | end 0")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n", "304 | end 0")]
    [InlineData("GET", "HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n", "205 | end 0")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\n\r\nuntil the end", "200")]
    [InlineData("GET", "HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", "999 | end 0")]
    public void Sound_responses_pass_whole_at_any_split(string method, string text, string events) =>
        AssertAtEverySplit(method, text, events, text.Length);

    [Trait("fault", "H15")]
    [Theory]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", "bare-line-feed")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\0\r\n\r\n", "control-character")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\n\r\n", "bare-carriage-return")]
    [InlineData("HTTP/1.1 200 OK\r\nX : a\r\n\r\n", "space-before-colon")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", "line-folding")]
    [InlineData("HTTP/1.1 200 OK\r\nX\r\n\r\n", "bad-field-name")]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n\r\n", "bad-status-line")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n", "bad-status-line")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n", "bad-status-line")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n", "bad-status-line")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n", "bad-status-line")]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n", "bad-status-line")]
    [InlineData("ICY 200 OK\r\n\r\n", "bad-status-line")]
    [InlineData("SSH-2.0-OpenSSH\r\n", "bad-status-line")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", "content-length-with-transfer-encoding")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi", "duplicate-content-length")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nhi", "bad-content-length")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", "bad-transfer-encoding")]
    [InlineData("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "transfer-encoding-in-http10")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "unasked-switch")]
    public void Of_a_bad_response_head_no_byte_passes_at_any_split(string text, string error)
    {
        AssertAtEverySplit("GET", text, "refused " + error, 0);
        var interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
        AssertAtEverySplit("GET", interim + text, "103 | refused " + error, interim.Length);
    }

    [Fact]
    public void A_broken_chunk_can_only_be_aborted()
    {
        const string Head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi";
        AssertAtEverySplit("GET", Head + "2\r\n", "200 | broken bad-chunk-end", Head.Length);
    }

    [Trait("fault", "H14"), Trait("fault", "H15")]
    [Theory]
    [InlineData("GET", Ok)]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public void Bytes_after_the_response_that_nobody_asked_for_never_pass(string method, string text)
    {
        var connection = Asked(method).Server(text + "hi");
        Assert.EndsWith("broken response-without-request", connection.Responses);
        Assert.Equal(text, connection.PassedResponseText);
    }

    [Fact]
    public void A_response_before_any_request_never_passes()
    {
        var connection = new ObservedConnection().Server(Ok);
        Assert.Equal("broken response-without-request", connection.Responses);
        Assert.Equal("", connection.PassedResponseText);
    }

    [Trait("fault", "H13")]
    [Fact]
    public void Informational_responses_have_a_bound()
    {
        var connection = Asked("GET");
        for (var i = 0; i < 32; i++)
            connection.Server("HTTP/1.1 102 Processing\r\n\r\n");
        Assert.DoesNotContain("refused", connection.Responses);
        connection.Server("HTTP/1.1 102 Processing\r\n\r\n");
        Assert.EndsWith("refused too-many-informational", connection.Responses);
        Assert.False(connection.Observer.IsAnswering);
    }

    [Trait("fault", "H15")]
    [Theory]
    [InlineData("", "")]
    [InlineData("HTTP/1.1 200 OK\r\n", "refused truncated-head")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi", "200 | broken truncated-body")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n", "200 | broken truncated-body")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX", "200 | broken truncated-body")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "200 | end 0")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nall there was", "200 | end 13")]
    [InlineData(Ok, "200 | end 2")]
    public void The_end_of_the_server_completes_only_a_body_told_by_it(string text, string events) =>
        Assert.Equal(events, Asked("GET").Server(text).ServerEnds().Responses);

    [Fact]
    public void A_body_until_the_end_may_be_spliced_and_is_counted()
    {
        var connection = Asked("GET").Server("HTTP/1.0 200 OK\r\n\r\nab");
        Assert.Equal(long.MaxValue, connection.Observer.OpaqueResponseBytes);
        connection.Observer.PassResponseBytes(1_000_000);
        connection.ServerEnds();
        Assert.Equal(1_000_000 + "HTTP/1.0 200 OK\r\n\r\nab".Length, connection.Observer.Finished.ResponseBytes);
        Assert.Equal(0, connection.Observer.InFlight);
    }

    [Fact]
    public void A_refused_head_can_still_be_answered_and_a_broken_body_cannot()
    {
        var refused = Asked("GET").Server("HTTP/1.1 200 OK\n");
        Assert.False(refused.Observer.IsAnswering);
        var broken = Asked("GET").Server("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx");
        Assert.True(broken.Observer.IsAnswering);
    }

    private static ObservedConnection Asked(string method) => new ObservedConnection().Client($"{method} /a HTTP/1.1\r\nHost: h\r\n\r\n");

    private static void AssertAtEverySplit(string method, string text, string events, int passes)
    {
        for (var split = 0; split <= text.Length; split++)
            AssertPassed(Asked(method).Server(text[..split]).Server(text[split..]), text, events, passes);
        var trickle = Asked(method);
        foreach (var c in text)
            trickle.Server(c.ToString());
        AssertPassed(trickle, text, events, passes);
    }

    private static void AssertPassed(ObservedConnection connection, string text, string events, int passes)
    {
        Assert.Equal(events, connection.Responses);
        Assert.Equal(text[..passes], connection.PassedResponseText);
    }
}
