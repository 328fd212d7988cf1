using System.Collections.Immutable;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Contenders;

/// <summary>
/// HAProxy as one process with two threads, no logging, and a fixed upstream address per listener, which is the easier job: it looks up no
/// original destination. The bulk listener may splice (splice-auto); for small requests HAProxy is faster without.
/// </summary>
internal sealed class HaProxy(string mode, int firstPort) : Contender("haproxy-" + mode)
{
    public override int? ListenPort(Target target) => firstPort + target.Offset;

    public override ImmutableArray<string> Command(Scratch scratch)
    {
        var configuration = scratch.Write(Name + ".cfg", $$"""
            global
              nbthread {{Threads}}
              maxconn {{MaxConnections}}
            defaults
              mode {{mode}}
              timeout connect 10s
              timeout client 1h
              timeout server 1h
            {{string.Join('\n', Target.All.Select(Listener))}}

            """);
        return ["haproxy", "-db", "-f", configuration];
    }

    private string Listener(Target target) => $"""
        listen port{target.Port}
          bind 127.0.0.1:{ListenPort(target)}
          server upstream {target}
          {(target == Target.Bulk ? "option splice-auto" : "")}
        """;
}
