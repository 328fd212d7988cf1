namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>The tests that share one <see cref="MeshFixture"/>.</summary>
[CollectionDefinition(Name)]
public sealed class MeshCollection : ICollectionFixture<MeshFixture>
{
    public const string Name = "mesh";
}
