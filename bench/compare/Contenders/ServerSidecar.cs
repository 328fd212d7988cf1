using System.Collections.Immutable;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Contenders;

/// <summary>
/// MeshProxy in the pod of the server: the inbound direction. It shares the namespace with the client's sidecar here, and so has ports and
/// a uid of its own. It detects on every connection anew.
/// </summary>
internal sealed class ServerSidecar(string executable) : Contender("meshproxy-server")
{
    private const int InboundPort = 4243;
    private const int OutboundPort = 4240;
    private const int AdminPort = 4291;

    public override int Uid => ServerProcess.ServerProxyUid;

    public override int? ListenPort(Target target) => InboundPort;

    public override ImmutableArray<string> Command(Scratch scratch)
    {
        var configuration = scratch.Write(Name + ".json", $$"""
            {
              "loops": { "count": {{Threads}} },
              "inbound": { "listen": "127.0.0.1:{{InboundPort}}", "detection": { "rememberFor": "0" } },
              "outbound": { "listen": "127.0.0.1:{{OutboundPort}}" },
              "admin": { "listen": "127.0.0.1:{{AdminPort}}" }
            }

            """);
        return [scratch.CopyOfExecutable(executable), "run", "--config", configuration];
    }
}
