using MeshProxy.Kubernetes.Cni;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Cni;

public sealed class CniLogTests
{
    [Fact]
    public void A_long_file_makes_room_and_nothing_is_lost_at_that_moment()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("cni.log", new string('x', 1_100_000));
        using var error = new StringWriter();
        var log = new CniLog(error, TimeProvider.System) { File = file };
        log.Write("one");
        log.Write("two\nlines");
        Assert.Equal(["one", "two lines"], File.ReadAllLines(file).Select(l => l.Split("cni: ")[1]));
        Assert.Equal(1_100_000, new FileInfo(file + ".1").Length);
    }

    [Fact]
    public void A_file_that_cannot_be_written_fails_nobody()
    {
        using var error = new StringWriter();
        new CniLog(error, TimeProvider.System) { File = "/nowhere/cni.log" }.Write("heard all the same");
        Assert.Contains("heard all the same", error.ToString());
        Assert.Contains("/nowhere/cni.log", error.ToString());
    }

    /// <summary>Each writer is a log of its own, as each call is; the file is rotated between them.</summary>
    [Fact]
    public async Task Fifty_writers_at_once_lose_no_line_across_a_rotation()
    {
        const int Writers = 50, Lines = 20;
        using var folder = new TemporaryFolder();
        var file = folder.Write("cni.log", new string('x', (1 << 20) - 4000) + "\n");
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            var log = new CniLog(TextWriter.Null, TimeProvider.System) { File = file };
            for (var line = 0; line < Lines; line++)
                log.Write($"{writer}/{line}");
        })));
        var written = new[] { file, file + ".1" }.SelectMany(File.ReadAllLines).Where(l => l.Contains("cni: ", StringComparison.Ordinal));
        Assert.Equal(
            Enumerable.Range(0, Writers).SelectMany(w => Enumerable.Range(0, Lines).Select(l => $"{w}/{l}")).Order(),
            written.Select(l => l.Split("cni: ")[1]).Order());
    }

    [Fact]
    public void Nobody_listening_fails_nobody()
    {
        var closed = new StringWriter();
        closed.Dispose();
        new CniLog(closed, TimeProvider.System) { File = "" }.Write("lost");
    }
}
