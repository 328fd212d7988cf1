using System.Net;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Connections;

/// <summary>
/// What may yet become a request or a preface is held back for so long, and then passed on as it is. A request line that has begun beyond
/// doubt is none of this: it stays HTTP, and under the time of its head.
/// </summary>
public sealed class DetectionDeadlineTests
{
    [PodTheory]
    [InlineData(TrafficPath.Inbound, "GE")]
    [InlineData(TrafficPath.Outbound, "PRI * HTTP/2.0\r\n")]
    [Trait("fault", "T14")]
    public async Task Half_a_word_and_then_silence_reaches_the_server_at_the_deadline(TrafficPath path, string half)
    {
        using var mesh = await Mesh.StartAsync(new SidecarOptions
        {
            Settings = new Dictionary<string, string>
            {
                ["inbound.detection.timeout"] = "300ms",
                ["outbound.detection.timeout"] = "300ms",
            },
        });
        var timeouts = await mesh.DetectionsAsync(path, "timeout");
        var pod = mesh.ServerOf(path);
        using var listener = pod.Namespace.Listen(pod.V4, pod.Namespace.NextPort());
        using var client = await mesh.ClientOf(path).ConnectAsync((IPEndPoint)listener.LocalEndPoint!);

        await client.SendTextAsync(half);
        using var server = await listener.AcceptAsync().WaitAsync(Bound.Exchange);

        Assert.Equal(half, await server.ReadTextAsync(half.Length));
        await timeouts.AllGainAsync(1);
    }
}
