using MeshProxy.Demo.Stage;
using MeshProxy.Demo.Traffic;

namespace MeshProxy.Demo.View;

/// <summary>What was set up, what flows where, and where to look further.</summary>
internal static class Introduction
{
    // The ports all have four digits, which the drawing counts on.
    public static string Text(DemoMap map, DemoSidecar sidecar, Uri page) => $"""

        Two network namespaces, joined by a cable: a pod, and the world outside it.

          outside                        pod
          {DemoMap.OutsideV4}, {DemoMap.OutsideV6}             {DemoMap.PodV4}, {DemoMap.PodV6}
                                        ┌───────────────────────────────────────────┐
          web client      ────────────► │ ─► :4143 sidecar ─► web server :{Flow.Web.Port}      │
                                        │                                           │
          mail     :{Flow.Mail.Port}  ◄──────────── │                       ┌─ mail client      │
          database :{Flow.Database.Port}  ◄──────────── │ ◄─ sidecar :4140 ◄─ ──┼─ database client  │
          download :{Flow.Download.Port}  ◄──────────── │                       └─ download client  │
                                        └───────────────────────────────────────────┘

          web       {Flow.Web.What}
          mail      {Flow.Mail.What}
          database  {Flow.Database.What}
          download  {Flow.Download.What}

        Neither servers nor clients know of the sidecar (process {sidecar.ProcessId}, user {DemoMap.SidecarUser}).
        The rules that 'meshproxy init' made redirect their connections to it, and it
        asks the kernel where each was going. Its status page, for a browser here:

          {page}

        Look for yourself, in another terminal:

          ip netns exec {map.Pod} curl -s http://127.0.0.1:4191/metrics
          ip netns exec {map.Pod} nft list ruleset
          ip netns exec {map.Outside} curl -i http://{DemoMap.PodV4}:{Flow.Web.Port}/

        """;
}
