namespace MeshProxy.PodTests.Floods;

/// <summary>The tests that share one <see cref="FloodFixture"/>.</summary>
[CollectionDefinition(Name)]
public sealed class FloodCollection : ICollectionFixture<FloodFixture>
{
    public const string Name = "floods";
}
