namespace MeshProxy.Tests.Support;

/// <summary>The checked-out repository that the tests were built in.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string name) => Path.Combine(Root, name);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MeshProxy.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("MeshProxy.sln is in no parent folder");
        return folder;
    }
}
