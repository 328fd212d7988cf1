using MeshProxy.PodTests.Floods;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>A pod whose kernel has 200 local ports for outgoing connections, and a server that more clients than that come to.</summary>
public sealed class PortFamineTests
{
    private const int Ports = 200;
    private const int Beyond = 50;

    [PodFact]
    [Trait("fault", "T12")]
    public async Task Open_connections_go_on_the_next_one_is_told_and_a_port_given_back_is_used_again()
    {
        using var mesh = await Mesh.StartAsync(new SidecarOptions { Settings = OpaqueRange.Settings });
        using var server = new PromptServer(mesh.App, OpaqueRange.NextPort());
        Assert.Empty(await StarveAsync(mesh, server, "local ports: 200, not HTTP", NewcomerEnd.Reset));
    }

    /// <summary>A client that has not spoken two milliseconds after the failure is reset, HTTP or not.</summary>
    [PodFact]
    [Trait("fault", "T12")]
    public async Task Http_request_for_which_no_port_is_left_is_answered_with_503_and_the_cause()
    {
        using var mesh = await Mesh.StartAsync();
        using var server = new PromptServer(mesh.App);
        var answers = await StarveAsync(mesh, server, "local ports: 200, HTTP", NewcomerEnd.Reset, NewcomerEnd.Refused);
        Assert.NotEmpty(answers);
        Assert.All(answers, answer => Assert.Contains("meshproxy-error: connect, ", answer, StringComparison.Ordinal));
        Assert.All(answers, answer => Assert.Contains("no free local port", answer, StringComparison.Ordinal));
    }

    /// <param name="told">How those may end for whom there is no port.</param>
    /// <returns>What they were answered.</returns>
    private static async Task<IReadOnlyList<string>> StarveAsync(
        Mesh mesh, PromptServer server, string shortage, params NewcomerEnd[] told)
    {
        mesh.App.Namespace.WriteSetting("net/ipv4/ip_local_port_range", "40000 40199");
        using var kept = new Famine(mesh);
        using var beyond = new Famine(mesh);
        await kept.ComeAsync(Ports, server.Endpoint);
        Assert.All(await kept.EndsAsync(), end => Assert.Equal(NewcomerEnd.Served, end));

        var starved = await mesh.ClosedAsync(TrafficPath.Inbound, "connect_no_port");
        await beyond.ComeAsync(Beyond, server.Endpoint);
        Assert.All(await beyond.EndsAsync(), end => Assert.Contains(end, told));
        var answers = beyond.Newcomers.Select(newcomer => newcomer.Answer).Where(answer => answer.Length > 0).ToArray();
        await starved.AllGainAsync(Beyond);
        await beyond.IsIdleAsync(() => beyond.ComeAsync(10, server.Endpoint));
        await kept.GoOnAsync();

        var recovery = await beyond.EndAsync(kept.FirstLeavesAsync, server.Endpoint);
        await kept.GoOnAsync();
        await beyond.AccountAsync(shortage, $"{Ports} of {Ports}", recovery);
        return answers;
    }
}
