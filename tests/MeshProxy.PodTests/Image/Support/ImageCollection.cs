namespace MeshProxy.PodTests.Image.Support;

/// <summary>The tests that share one image: building it takes minutes.</summary>
[CollectionDefinition(Name)]
public sealed class ImageCollection : ICollectionFixture<ImageFixture>
{
    public const string Name = "image";
}
