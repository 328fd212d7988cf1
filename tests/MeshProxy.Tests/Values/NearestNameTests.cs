using MeshProxy.Values;

namespace MeshProxy.Tests.Values;

public sealed class NearestNameTests
{
    private static readonly string[] Names = ["timeout", "idleTimeout", "listen", "level", "tcp", "to"];

    [Theory]
    [InlineData("timeuot", "timeout")]
    [InlineData("TIMEOUT", "timeout")]
    [InlineData("lisen", "listen")]
    [InlineData("levle", "level")]
    [InlineData("idletimeot", "idleTimeout")]
    [InlineData("tpc", "tcp")]
    public void Misspelled_name_is_found(string name, string nearest) => Assert.Equal(nearest, NearestName.Find(name, Names));

    [Theory]
    [InlineData("xyz")]
    [InlineData("quux")]
    [InlineData("completely-different")]
    [InlineData("")]
    public void Far_name_is_matched_with_nothing(string name) => Assert.Null(NearestName.Find(name, Names));

    [Fact]
    public void Nearest_of_several_wins() => Assert.Equal("portal", NearestName.Find("portall", ["ports", "portal", "port-list"]));
}
