using MeshProxy.Logging;

namespace MeshProxy.Tests.Logging;

public sealed class LineTextTests
{
    [Theory]
    [InlineData("plain text, ümläut ✓ 🎉", "plain text, ümläut ✓ 🎉")]
    [InlineData("a\r\nb\tc", "a\\r\\nb\\tc")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("nul\0", "nul\\u0000")]
    [InlineData("del\u007f csi\u009b", "del\\u007f csi\\u009b")]
    [InlineData("a\u2028b\u202ec\u2066d", "a\\u2028b\\u202ec\\u2066d")]
    public void Whatever_could_leave_the_line_is_made_visible(string text, string escaped) => Assert.Equal(escaped, LineText.Escape(text));

    [Fact]
    public void Half_a_surrogate_pair_is_made_visible() =>
        Assert.Equal("a\\ud800b\\udc00🎉", LineText.Escape("a\ud800b\udc00🎉"));

    [Fact]
    public void Quoted_value_is_cut() => Assert.Equal("\"" + new string('x', 80) + "…\"", LineText.Quote(new string('x', 5000)));
}
