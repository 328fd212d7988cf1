using System.Text;
using MeshProxy.DataPlane.Http.Http1;

namespace MeshProxy.Tests.Http.Http1;

public sealed class ErrorResponseTests
{
    [Fact]
    public void Names_the_cause_and_closes() => Assert.Equal(
        "HTTP/1.1 502 Bad Gateway\r\nmeshproxy-error: connect, 10.0.0.7:80, refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        Written(502, "connect, 10.0.0.7:80, refused"));

    [Theory]
    [InlineData("a\r\nSet-Cookie: b")]
    [InlineData("\0\u007f\u00fc\u2028")]
    public void A_cause_cannot_add_a_header(string cause)
    {
        var lines = Written(400, cause).Split("\r\n");
        Assert.Equal(6, lines.Length);
        Assert.All(lines[1], c => Assert.InRange(c, ' ', '~'));
    }

    [Fact]
    public void Every_answer_is_one_the_observer_accepts_and_fits()
    {
        foreach (var error in Enum.GetValues<FramingError>())
        {
            var text = Written(error.RequestStatus(), error.Name() + new string('x', 1000));
            var connection = new ObservedConnection().Client("GET /a HTTP/1.1\r\nHost: h\r\n\r\n").Server(text);
            Assert.Equal($"{error.RequestStatus()} | end 0", connection.Responses);
            Assert.True(connection.Observer.Finished.Status >= 400);
        }
    }

    private static string Written(int status, string cause)
    {
        Span<byte> buffer = stackalloc byte[ErrorResponse.MaxLength];
        return Encoding.Latin1.GetString(buffer[..ErrorResponse.Write(buffer, status, cause)]);
    }
}
