using System.Text;
using MeshProxy.DataPlane.Detection;
using static MeshProxy.Tests.Detection.ByteSplits;

namespace MeshProxy.Tests.Detection;

public sealed class ProtocolDetectorTests
{
    private const string Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /// <summary>Each sample with the number of bytes that decide it: one fewer must not.</summary>
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "Http1", 13)]
    [InlineData("\r\nGET / HTTP/1.1\r\n", "Http1", 15)]
    [InlineData("get /lower HTTP/1.0\r\n", "Http1", 18)]
    [InlineData("OPTIONS * HTTP/1.1\r\n", "Http1", 17)]
    [InlineData("CONNECT db.example:443 HTTP/1.1\r\n", "Http1", 30)]
    [InlineData("CONNECT [::1]:443 HTTP/1.1\r\n", "Http1", 25)]
    [InlineData("GET http://a/ HTTP/1.1\r\n", "Http1", 21)]
    [InlineData("UPDATEREDIRECTREF /x HTTP/1.1\r\n", "Http1", 28)]
    [InlineData("M-SEARCH * HTTP/1.1\r\n", "Http1", 18)]
    [InlineData("x!#$%&'*+-.^_`|~9 /x HTTP/1.1\r\n", "Http1", 28)]
    [InlineData("GET /\u00fc\u00ff HTTP/1.1\r\n", "Http1", 15)]
    [InlineData("PRI /x HTTP/1.1\r\n", "Http1", 14)]
    [InlineData("PRI * HTTP/1.1\r\n", "Http1", 13)]
    [InlineData(Preface, "Http2", 24)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSX", "NotHttp", 20)]
    [InlineData("PRI * HTTP/2.1", "NotHttp", 14)]
    [InlineData("GET / HTTP/2.0\r\n", "NotHttp", 12)]
    [InlineData("GET / HTTQ", "NotHttp", 10)]
    [InlineData("GET  / HTTP/1.1\r\n", "NotHttp", 5)]
    [InlineData("GET /\r\n", "NotHttp", 6)]
    [InlineData("GET /a\tb HTTP/1.1", "NotHttp", 7)]
    [InlineData("GET *x HTTP/1.1", "NotHttp", 6)]
    [InlineData("GET ?x HTTP/1.1", "NotHttp", 5)]
    [InlineData(" GET / HTTP/1.1", "NotHttp", 1)]
    [InlineData("\r\n\r\nGET / HTTP/1.1", "NotHttp", 3)]
    [InlineData("\rGET / HTTP/1.1", "NotHttp", 2)]
    [InlineData("\nGET / HTTP/1.1", "NotHttp", 1)]
    [InlineData("G\u00ebT / HTTP/1.1", "NotHttp", 2)]
    [InlineData("GET\0/ HTTP/1.1", "NotHttp", 4)]
    [InlineData("CONNECT {\"verbose\":false}\r\n", "NotHttp", 9)]
    [InlineData("PING\r\n", "NotHttp", 5)]
    [InlineData("SET key value\r\n", "NotHttp", 8)]
    [InlineData("EHLO mail.example\r\n", "NotHttp", 18)]
    [InlineData("*1\r\n$4\r\nPING\r\n", "NotHttp", 3)]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n", "NotHttp", 22)]
    [InlineData("AMQP\0\0\x09\x01", "NotHttp", 5)]
    [InlineData("\0\0\0\x08\x04\xd2\x16\x2f", "NotHttp", 1)]
    [InlineData("\x16\x02\x01", "NotHttp", 2)]
    [InlineData("\x16\x03\x05", "NotHttp", 3)]
    [InlineData("\x16\x03\x01\0\0", "NotHttp", 5)]
    [InlineData("\x16\x03\x01\0\x05\x02", "NotHttp", 6)]
    public void Decided_on_the_first_byte_that_can_decide_and_never_changed(string text, string expected, int decidedAt)
    {
        var bytes = Bytes(text);
        for (var length = 0; length <= bytes.Length; length++)
        {
            var result = ProtocolDetector.Detect(bytes.AsSpan(0, length));
            Assert.Equal(length < decidedAt ? "NeedMore" : expected, result.ToString());
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData(Preface)]
    [InlineData("SET key value\r\n")]
    public void Same_in_two_segments_however_they_are_split(string text)
    {
        var bytes = Bytes(text);
        var whole = ProtocolDetector.Detect(bytes);
        for (var split = 0; split <= bytes.Length; split++)
            Assert.Equal(whole, ProtocolDetector.Detect(InTwoSegments(bytes, split)));
    }

    [Fact]
    public void Method_of_32_characters_is_http_and_of_33_is_not()
    {
        var longest = new string('M', 32);
        Assert.Equal(DetectionResult.Http1, ProtocolDetector.Detect(Bytes(longest + " / HTTP/1.1")));
        Assert.Equal(DetectionResult.NeedMore, ProtocolDetector.Detect(Bytes(longest)));
        Assert.Equal(DetectionResult.NotHttp, ProtocolDetector.Detect(Bytes(longest + "M")));
    }

    [Fact]
    public void Target_of_8_KiB_is_http()
    {
        var line = "GET /" + new string('x', 8191) + " HTTP/1.1\r\n";
        Assert.Equal(DetectionResult.Http1, ProtocolDetector.Detect(Bytes(line)));
    }

    [Theory]
    [InlineData("G", "NotHttp", "Http1")]
    [InlineData("GET", "NotHttp", "Http1")]
    [InlineData("GET ", "Http1", "Http1")]
    [InlineData("\r\nGET /a HT", "Http1", "Http1")]
    [InlineData("CONNECT db", "Http1", "Http1")]
    [InlineData("BREW /", "Http1", "Http1")]
    [InlineData("BREW *", "Http1", "Http1")]
    [InlineData("BREW https", "Http1", "Http1")]
    [InlineData("BREW ", "NotHttp", "Http1")]
    [InlineData("SET key", "NotHttp", "Http1")]
    [InlineData("PRI", "NotHttp", "Http1")]
    [InlineData("PRI ", "NotHttp", "Http2")]
    [InlineData("PRI * HTTP/2.0\r\n", "NotHttp", "Http2")]
    [InlineData("\x16\x03", "NotHttp", "NotHttp")]
    public void Undecided_at_the_deadline_is_a_request_where_it_looks_like_one_or_http_is_spoken(string text, string unknown, string spoken)
    {
        Assert.Equal(DetectionResult.NeedMore, ProtocolDetector.Detect(Bytes(text)));
        Assert.Equal(unknown, ProtocolDetector.AtDeadline(Bytes(text), speaksHttp: false).ToString());
        Assert.Equal(spoken, ProtocolDetector.AtDeadline(Bytes(text), speaksHttp: true).ToString());
    }

    [Theory]
    [InlineData("GET /", "Http1")]
    [InlineData("CONNECT a", "Http1")]
    [InlineData("BREW scheme", "NotHttp")]
    public void What_is_undecided_at_64_KiB_is_decided_by_its_beginning(string start, string expected)
    {
        var bytes = new byte[ProtocolDetector.MaxBytes + 1000];
        bytes.AsSpan().Fill((byte)'x');
        Encoding.Latin1.GetBytes(start, bytes);
        Assert.Equal(DetectionResult.NeedMore, ProtocolDetector.Detect(bytes.AsSpan(0, ProtocolDetector.MaxBytes - 1)));
        Assert.Equal(expected, ProtocolDetector.Detect(bytes.AsSpan(0, ProtocolDetector.MaxBytes)).ToString());
        Assert.Equal(expected, ProtocolDetector.Detect(bytes).ToString());
        Assert.Equal(expected, ProtocolDetector.Detect(InTwoSegments(bytes, 1000)).ToString());
    }

    [Fact]
    public void A_decision_holds_for_every_continuation_of_mutated_beginnings()
    {
        var samples = new[] { "GET / HTTP/1.1\r\nHost: a\r\n", Preface, "\x16\x03\x01\0\x40\x01\0\0\x3c\x03\x03" + new string('r', 40) };
        var random = new Random(20240607);
        for (var round = 0; round < 5000; round++)
        {
            var bytes = Bytes(samples[round % samples.Length]);
            for (var change = random.Next(1, 4); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var decided = DetectionResult.NeedMore;
            for (var length = 0; length <= bytes.Length; length++)
            {
                var result = ProtocolDetector.Detect(bytes.AsSpan(0, length));
                if (decided != DetectionResult.NeedMore)
                    Assert.Equal(decided, result);
                decided = result;
            }
        }
    }
}
