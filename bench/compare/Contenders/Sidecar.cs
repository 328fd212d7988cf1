using System.Collections.Immutable;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Contenders;

/// <summary>
/// MeshProxy as a pod's sidecar runs it: its own uid with no capability, the outbound direction, the destination read from the kernel
/// (SO_ORIGINAL_DST). Everything but the opaque ports and the number of loops is left at its default, and so is detection in most cases.
/// </summary>
/// <param name="routed">A target whose requests a route matches, with that target as its one backend.</param>
/// <param name="backends">Addresses of a route in each direction that no request of the run matches.</param>
internal sealed class Sidecar(
    string executable, SidecarDetection detection = SidecarDetection.Remembered, Target? routed = null, int backends = 0)
    : Contender("meshproxy")
{
    private const int OutboundPort = 4140;

    public override int? ListenPort(Target target) => OutboundPort;

    public override ImmutableArray<string> Command(Scratch scratch)
    {
        var opaque = string.Join(',', Target.All.Where(target => target.Opaque).Select(target => target.Port));
        var configuration = scratch.Write("proxy.config.json", $$"""
            {
              "loops": { "count": {{Threads}} },
              "inbound": { {{UnusedRoute}} },
              "outbound": { "opaquePorts": "{{opaque}}"{{DetectionSetting}}{{RouteSetting}}{{(backends > 0 ? ", " : "")}}{{UnusedRoute}} }
            }

            """);
        return [scratch.CopyOfExecutable(executable), "run", "--config", configuration];
    }

    private string UnusedRoute => backends == 0
        ? ""
        : $$"""
            "routes": [{
                "name": "unused", "ports": [{{Crowd.Port}}], "matches": [{ "path": { "prefix": "/" } }],
                "backends": [{{string.Join(", ", Crowd.EndPoints(backends).Select(server => $$"""{ "target": "{{server}}" }"""))}}]
              }]
            """;

    private string DetectionSetting => detection is SidecarDetection.EachTime ? """, "detection": { "rememberFor": "0" }""" : "";

    private string RouteSetting => routed is null
        ? ""
        : $$"""
            , "routes": [{
                "name": "bench", "ports": [{{routed.Port}}],
                "matches": [{ "path": { "prefix": "/" } }], "backends": [{ "target": "{{routed}}" }]
              }]
            """;
}
