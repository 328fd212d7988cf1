using System.Collections.Immutable;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Contenders;

/// <summary>
/// HAProxy as one process with two threads, no logging, and a fixed upstream address per listener, which is the easier job: it looks up no
/// original destination.
/// </summary>
/// <remarks>In mode http it speaks HTTP/2 on both sides where the server does.</remarks>
/// <param name="options">
/// Beside the mode. For bulk, splice-auto leaves it to HAProxy whether to splice; splice-request and splice-response make it.
/// </param>
internal sealed class HaProxy(string name, string mode, int firstPort, params string[] options) : Contender(name)
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
            {{string.Join('\n', options.Select(option => "  option " + option))}}
              timeout connect 10s
              timeout client 1h
              timeout server 1h
            {{string.Join('\n', Target.All.Select(Listener))}}

            """);
        return ["haproxy", "-db", "-f", configuration];
    }

    private string Listener(Target target) => $"""
        listen port{target.Port}
          bind 127.0.0.1:{ListenPort(target)}{Protocol(target)}
          server upstream {target}{Protocol(target)}
        """;

    private string Protocol(Target target) => mode == "http" && target == Target.Http2 ? " proto h2" : "";
}
