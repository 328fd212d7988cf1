using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace MeshProxy.Kubernetes.Egress;

/// <summary>
/// The manifests of a path as they were when it was read: the file, or the .yaml, .yml and .json files of a folder (a mounted ConfigMap;
/// not its subfolders) in the order of their names.
/// </summary>
/// <param name="Files">Name and text of each.</param>
/// <param name="Errors">One line for each that could not be read: which and why.</param>
/// <param name="Fingerprint">Equal exactly where names, texts and errors are (SHA-256): whether there is anything new to load.</param>
public sealed record ManifestFiles(ImmutableArray<(string Name, string Text)> Files, ImmutableArray<string> Errors, string Fingerprint)
{
    /// <summary>Some 50,000 networks. A ConfigMap holds at most 1 MiB; more than this is not a manifest but a mistaken path.</summary>
    private const int LongestBytes = 16 << 20;

    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    public static ManifestFiles Read(string path)
    {
        var files = ImmutableArray.CreateBuilder<(string, string)>();
        var errors = ImmutableArray.CreateBuilder<string>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var name in NamesIn(path, errors))
        {
            if (TryRead(name, out var text, out var error))
                files.Add((name, text));
            else
                errors.Add(error);
            Append(hash, name);
            Append(hash, text);
        }
        foreach (var error in errors)
            Append(hash, error);
        return new ManifestFiles(files.ToImmutable(), errors.ToImmutable(), Convert.ToHexString(hash.GetHashAndReset()));
    }

    private static string[] NamesIn(string path, ImmutableArray<string>.Builder errors)
    {
        try
        {
            return !Directory.Exists(path) ? [path] : [.. Directory.EnumerateFiles(path).Where(IsManifest).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add($"{path}: cannot be read: {e.Message}");
            return [];
        }
    }

    private static bool IsManifest(string file) =>
        Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase) && !Path.GetFileName(file).StartsWith('.');

    private static bool TryRead(string file, out string text, out string error)
    {
        text = "";
        error = "";
        try
        {
            using var stream = File.OpenRead(file);
            var content = new MemoryStream();
            var chunk = new byte[16 * 1024];
            while (stream.Read(chunk) is var read and > 0 && content.Length <= LongestBytes)
                content.Write(chunk, 0, read);
            if (content.Length > LongestBytes)
                error = $"{file}: is longer than {LongestBytes >> 20} MiB";
            else
                text = Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length).TrimStart('\ufeff');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            error = $"{file}: does not exist";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = $"{file}: cannot be read: {e.Message}";
        }
        return error.Length == 0;
    }

    /// <summary>With its length before it, so that no two lists of texts are the same to the hash.</summary>
    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
