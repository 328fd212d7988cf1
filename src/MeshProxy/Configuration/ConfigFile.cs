using MeshProxy.Configuration.Reading;

namespace MeshProxy.Configuration;

/// <summary>The configuration file as it was asked for. One that nobody asked for by name may be missing.</summary>
internal sealed record ConfigFile(string Path, bool MayBeMissing)
{
    public const string DefaultName = "proxy.config.json";

    /// <summary>A ConfigMap holds at most 1 MiB; more is not a configuration but a mistaken path.</summary>
    private const int LongestBytes = 1 << 20;

    public static ConfigFile FromOption(string? path) =>
        path is null ? new ConfigFile(DefaultName, MayBeMissing: true) : new ConfigFile(path, MayBeMissing: false);

    /// <summary>The content; null where there is none, with an error if there should be.</summary>
    public byte[]? Read(ConfigErrors errors)
    {
        try
        {
            using var stream = File.OpenRead(Path);
            return ReadAll(stream, errors);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            if (!MayBeMissing)
                Refuse(errors, "does not exist");
        }
        catch (UnauthorizedAccessException)
        {
            Refuse(errors, Directory.Exists(Path) ? "is a directory" : "may not be read by this user");
        }
        catch (IOException unreadable)
        {
            Refuse(errors, $"cannot be read: {unreadable.Message}");
        }
        return null;
    }

    private byte[]? ReadAll(FileStream stream, ConfigErrors errors)
    {
        var content = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (stream.Read(chunk) is var read and > 0)
        {
            content.Write(chunk, 0, read);
            if (content.Length <= LongestBytes)
                continue;
            Refuse(errors, $"is longer than {LongestBytes / 1024} KiB");
            return null;
        }
        return content.ToArray();
    }

    private void Refuse(ConfigErrors errors, string cause) => errors.Add(ConfigOrigin.File(Path, 0), $"the configuration file {cause}");
}
