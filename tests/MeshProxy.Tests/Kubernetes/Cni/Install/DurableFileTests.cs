using System.Text;
using MeshProxy.Kubernetes.Cni.Install;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Cni.Install;

public sealed class DurableFileTests
{
    /// <summary>By rename, and in place: both ways in which programs write.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_competing_writer_wrote_is_never_lost(bool byRename)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("list", "theirs 0 ");
        using var done = new CancellationTokenSource();
        var ours = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                var seen = DurableFile.Read(path);
                // As the installer does: what a writer in place has emptied and not filled yet is no list, and is left alone.
                if (seen.AsSpan().EndsWith(" "u8))
                    DurableFile.TryReplace(path, seen, [.. seen, .. "ours"u8]);
            }
        });

        for (var i = 1; i <= 300; i++)
            Write(path, $"theirs {i} ", byRename);
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(path).EndsWith("ours"), TimeSpan.FromSeconds(20)));
        await done.CancelAsync();
        await ours;

        var seen = File.ReadAllText(path);
        Assert.Equal("theirs 300 ours", seen);
        Assert.Equal(["list"], Directory.GetFiles(folder.Path).Select(f => Path.GetFileName(f)));
    }

    private static void Write(string path, string content, bool byRename)
    {
        if (byRename)
        {
            File.WriteAllText(path + ".theirs", content);
            File.Move(path + ".theirs", path, overwrite: true);
            return;
        }
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        stream.Write(Encoding.UTF8.GetBytes(content));
    }
}
