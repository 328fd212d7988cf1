using System.Globalization;

namespace MeshProxy.PodTests.Support;

/// <summary>
/// A directory of one server or client, removed with it. Any user may write there, because servers run as another than the tests.
/// </summary>
internal sealed class ScratchDirectory : IDisposable
{
    private const UnixFileMode Everybody =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public ScratchDirectory() => File.SetUnixFileMode(Path, Everybody);

    public string Path { get; } = Directory.CreateTempSubdirectory(
        string.Create(CultureInfo.InvariantCulture, $"meshtest-{Environment.ProcessId}-")).FullName;

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The file is the old one or the new one, and never a part of it.</summary>
    public void Replace(string name, string text)
    {
        var file = PathOf(name);
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
