using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Tests.Netfilter;

/// <summary>Against the vectors of the FNV authors.</summary>
public sealed class TextHashTests
{
    [Theory]
    [InlineData("", "cbf29ce484222325")]
    [InlineData("a", "af63dc4c8601ec8c")]
    [InlineData("foobar", "85944171f73967e8")]
    public void It_is_fnv_1a(string text, string hash) => Assert.Equal(hash, TextHash.Of(text));
}
