using MeshProxy.Tests.Support;

namespace MeshProxy.PodTests.Image.Support;

/// <summary>The image, built once by the repository's Dockerfile for all tests of it, when the first one asks.</summary>
public sealed class ImageFixture : IDisposable
{
    internal const string Name = "localhost/meshproxy:test";
    internal const string Version = "1.2.3";
    internal const string Revision = "0123abc";

    private readonly ImageStore _store = new();
    private readonly Lazy<Task> _built;

    public ImageFixture() => _built = new Lazy<Task>(BuildAsync);

    internal async Task<ImageStore> BuiltAsync()
    {
        await _built.Value;
        return _store;
    }

    public void Dispose() => _store.Dispose();

    private async Task BuildAsync()
    {
        await BaseImages.MakeAsync(_store);
        // Packages that the machine has restored need not be fetched again. Without isolation from its network: what is missing may be.
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages");
        Directory.CreateDirectory(packages);
        await _store.BuildahAsync([
            "bud", "--pull-never", "--isolation", "chroot", .. BaseImages.HostPrograms, "--volume", $"{packages}:/root/.nuget/packages",
            "--build-arg", $"VERSION={Version}", "--build-arg", $"REVISION={Revision}",
            "--tag", Name, Repository.Root]);
    }
}
