using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Cases;

/// <summary>All cases, in the order they run and are shown, and who takes part in each.</summary>
internal static class Catalog
{
    public static ImmutableArray<Case> Cases(string executable, int seconds)
    {
        var sidecar = new Sidecar(executable);
        var haproxyTcp = new HaProxy("haproxy-tcp", "tcp", 11000);
        var haproxyHttp = new HaProxy("haproxy-http", "http", 12000);
        var haproxyAuto = new HaProxy("haproxy-tcp", "tcp", 15000, "splice-auto");
        var haproxySplice = new HaProxy("haproxy-splice", "tcp", 16000, "splice-request", "splice-response");
        var nginxStream = new NginxStream();
        var nginxHttp = new NginxHttp();
        var forgetful = new Sidecar(executable, SidecarDetection.EachTime);
        var router = new Sidecar(executable, routed: Target.Http1);
        var manySeries = new Sidecar(executable, backends: Scrape.Backends);
        var twoSidecars = new TwoSidecars(forgetful, new ServerSidecar(executable));
        ImmutableArray<Contender> layer4 = [sidecar, haproxyTcp, nginxStream];
        ImmutableArray<Contender> layer7 = [sidecar, haproxyHttp, nginxHttp];
        return
        [
            new TcpRelay([.. layer4, haproxyHttp, nginxHttp], seconds),
            new Bulk([sidecar, haproxyAuto, nginxStream, haproxySplice], seconds),
            new Connections(layer4, seconds),
            new IdleMemory(layer4),
            new Latency([.. layer4, new Direct()], seconds),
            new ServerFirst([forgetful, twoSidecars, haproxyTcp, new Direct()]),
            new Http1Observed(layer7, seconds),
            new IdleHttp1(layer7),
            new Http2Observed(layer7, seconds),
            new Http1Routed([router, haproxyHttp, nginxHttp], seconds),
            new Scrape([manySeries], seconds),
            new Page([sidecar], seconds),
            new Start(layer4),
        ];
    }
}
