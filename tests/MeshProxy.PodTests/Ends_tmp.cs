using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using System.Diagnostics;
using Xunit.Abstractions;
namespace MeshProxy.PodTests;
public sealed class Tmp(ITestOutputHelper o)
{
    [PodTheory, InlineData(IpFamily.V4), InlineData(IpFamily.V6)]
    public async Task Net(IpFamily f)
    {
        var w = Stopwatch.StartNew();
        using var n = new PodNetwork();
        var a = n.AddPod("a"); var b = n.AddPod("b"); var x = n.AddExternal();
        o.WriteLine($"made {w.ElapsedMilliseconds}");
        foreach (var t in new[]{b,x}) {
        var port = t.Namespace.NextPort();
        using var l = t.Namespace.Listen(t.Address(f), port);
        using var c = await a.ConnectAsync(t.Endpoint(f, port));
        using var s = await l.AcceptAsync();
        o.WriteLine($"connected {w.ElapsedMilliseconds} {c.LocalEndPoint} {s.RemoteEndPoint}");
        }
    }
}
