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
}
