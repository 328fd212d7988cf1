using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;

namespace MeshProxy.Compare.Cases;

/// <summary>All cases, in the order they run and are shown, and who takes part in each.</summary>
internal static class Catalog
{
    public static ImmutableArray<Case> Cases(string executable, int seconds)
    {
        var sidecar = new Sidecar(executable);
        var haproxyTcp = new HaProxy("tcp", 11000);
        var haproxyHttp = new HaProxy("http", 12000);
        var nginxStream = new NginxStream();
        var nginxHttp = new NginxHttp();
        ImmutableArray<Contender> layer4 = [sidecar, haproxyTcp, nginxStream];
        return
        [
            new TcpRelay([.. layer4, haproxyHttp, nginxHttp], seconds),
            new Bulk(layer4, seconds),
            new Connections(layer4, seconds),
            new IdleMemory(layer4),
            new Latency([new Direct(), .. layer4], seconds),
            new Start(layer4),
        ];
    }
}
