using MeshProxy.Admin.Page;
using MeshProxy.PodTests.Image.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Image;

/// <summary>
/// What the status page tells people to run for the redirect rules, as the container that kubectl debug would make of it: the image's own
/// user,
/// NET_ADMIN and NET_RAW added (--profile=netadmin), the words after -- as its command.
/// </summary>
[Collection(ImageCollection.Name)]
public sealed class DebugCommandTests(ImageFixture fixture)
{
    [PodFact("buildah", "podman", "conmon", "runc", "setcap", "tar")]
    public async Task Rules_are_shown_to_who_debugs_the_pod()
    {
        var store = await fixture.BuiltAsync();
        using var network = new PodNetwork();
        var pod = network.AddPod("meshed");
        await DebugAsync(store, pod, ["--user", "65534:65534"], ["meshproxy-init", "init"]);

        var shown = await DebugAsync(store, pod, [], CommandOf(RedirectEndpoint.CommandsWithoutPermission[0]));

        foreach (var words in new[] { ": inbound, inbound", ": outbound, outbound: ", " packets", ": in force " })
            Assert.True(shown.Contains(words, StringComparison.Ordinal), shown);
    }

    private static string[] CommandOf(string line)
    {
        Assert.Contains("--profile=netadmin", line);
        return line.Split(" -- ")[1].Split(' ');
    }

    private static Task<string> DebugAsync(ImageStore store, Pod pod, string[] options, string[] command) =>
        store.PodmanAsync(pod.Namespace, [
            "run", "--rm", "--network", "host", "--cap-drop", "ALL", "--cap-add", "NET_ADMIN", "--cap-add", "NET_RAW", .. options,
            "--entrypoint", command[0], ImageFixture.Name, .. command[1..]]);
}
