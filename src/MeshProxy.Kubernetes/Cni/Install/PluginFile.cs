namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>Files that hold the plugin's executable, one per content, as <c>meshproxy-cni-0123456789ab</c>.</summary>
internal static class PluginFile
{
    private const int HashDigits = 12;

    public static string PathFor(InstallSettings settings, string hash) => $"{settings.BinaryPath}-{hash[..HashDigits]}";

    public static IEnumerable<string> AllIn(InstallSettings settings) =>
        Directory.GetFiles(settings.BinaryFolder, $"{settings.PluginName}-*").Where(path => IsOne(path, settings));

    /// <summary>Each call holds a shared lock on its file as long as it runs.</summary>
    public static bool IsRunning(string path)
    {
        try
        {
            using var alone = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static bool IsOne(string path, InstallSettings settings)
    {
        var hash = Path.GetFileName(path)[(settings.PluginName.Length + 1)..];
        return hash.Length == HashDigits && hash.All(char.IsAsciiHexDigitLower);
    }
}
