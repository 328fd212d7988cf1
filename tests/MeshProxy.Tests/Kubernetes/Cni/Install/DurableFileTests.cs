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

    private const string Theirs = """{"cniVersion":"1.0.0","name":"theirs","plugins":[{"type":"ptp"}]}""";

    /// <summary>Killed between the exchange and the giving back, with what the main plugin wrote in between beside the list.</summary>
    [Fact]
    public void What_came_out_of_an_exchange_and_is_somebodys_is_put_back()
    {
        using var node = new NodeFolders();
        var path = node.Write("10-main.conflist", NodeFolders.List);
        node.Ensure();
        File.WriteAllText(BesideName.ForExchange(path, File.ReadAllBytes(path)), Theirs);

        Assert.Contains(node.Ensure().Changes, change => change.StartsWith("put ", StringComparison.Ordinal));

        Assert.Contains("theirs", node.Read("10-main.conflist"));
        Assert.Contains("meshproxy-cni", node.Read("10-main.conflist"));
        Assert.Equal(["10-main.conflist"], node.ConfigNames());
    }

    /// <summary>What was to be written; what was there before; somebody's, who has written again since; half of a list.</summary>
    [Theory]
    [InlineData("written", "written")]
    [InlineData(NodeFolders.List, "in place")]
    [InlineData(Theirs, "written")]
    [InlineData("{", "in place")]
    public void What_else_lies_beside_a_list_goes(string beside, string written)
    {
        using var node = new NodeFolders();
        var path = node.Write("10-main.conflist", NodeFolders.List);
        node.Ensure();
        var list = node.Read("10-main.conflist");
        File.WriteAllText(BesideName.ForExchange(path, Encoding.UTF8.GetBytes(written == "in place" ? list : written)), beside);
        Assert.Empty(node.Ensure().Changes);
        Assert.Equal(list, node.Read("10-main.conflist"));
        Assert.Equal(["10-main.conflist"], node.ConfigNames());
    }
}
