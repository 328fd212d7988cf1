namespace MeshProxy.Compare.Testbed;

internal static class Repository
{
    /// <summary>The folder of MeshProxy.sln, above wherever this program was built; the current folder where there is none.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MeshProxy.sln")))
                return folder.FullName;
        }
        return Environment.CurrentDirectory;
    }
}
