using System.Text.Json.Nodes;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>
/// A node of its own namespace, and a runtime on it that does with a list what libcni does: plugins in order with the result so far for
/// ADD, in reverse order for DEL, capabilities to those who named them.
/// </summary>
internal sealed class CniNode : IDisposable
{
    /// <summary>Debian's containernetworking-plugins.</summary>
    public const string RealPlugins = "/usr/lib/cni";

    private const string SystemPath = "/usr/sbin:/usr/bin:/sbin:/bin";
    private readonly ScratchDirectory _files = new();

    public CniNode(string main = "ptp", params IpFamily[] families)
    {
        Namespace.WriteSetting("net/ipv4/ip_forward", "1");
        Namespace.WriteSetting("net/ipv6/conf/all/forwarding", "1");
        Directory.CreateDirectory(Binaries);
        Directory.CreateDirectory(Temporary);
        File.CreateSymbolicLink(Plugin, Container.Executable);
        List = PluginList.Of(main, Leases, families.Length == 0 ? [IpFamily.V4] : families);
    }

    public NetworkNamespace Namespace { get; } = NetworkNamespace.Create("cninode");

    public JsonObject List { get; set; }

    /// <summary>All of the node's files.</summary>
    public string Files => _files.PathOf("");

    public string Binaries => _files.PathOf("bin");

    /// <summary>Where a call of ours would make temporary files, as the .NET runtime does to be debugged by.</summary>
    public string Temporary => _files.PathOf("tmp");

    public string Plugin => Path.Combine(Binaries, PluginList.Ours);

    public string Leases => _files.PathOf("leases");

    /// <summary>Addresses that host-local has given out and not got back.</summary>
    public IEnumerable<string> Leased() => Directory.Exists(Leases)
        ? Directory.GetFiles(Path.Combine(Leases, "cluster"))
            .Select(f => Path.GetFileName(f))
            .Where(f => char.IsDigit(f[0]) || f.StartsWith("fd88", StringComparison.Ordinal))
        : [];

    /// <summary>The whole list. Where a plugin fails, everything is taken down again, as runtimes do.</summary>
    public async Task<CniAnswer> AddAsync(CniSandbox pod)
    {
        JsonNode? previous = null;
        CniAnswer? answer = null;
        foreach (var plugin in Plugins())
        {
            answer = await CallAsync("ADD", plugin, pod, previous);
            if (answer.ExitCode != 0)
            {
                await DeleteAsync(pod, previous);
                return answer;
            }
            previous = answer.Json;
        }
        return answer!;
    }

    public async Task<CniAnswer[]> DeleteAsync(CniSandbox pod, JsonNode? previous = null, string? netns = null)
    {
        var answers = new List<CniAnswer>();
        foreach (var plugin in Plugins().Reverse())
            answers.Add(await CallAsync("DEL", plugin, pod, previous, netns));
        return [.. answers];
    }

    /// <summary>One call of our plugin alone.</summary>
    public Task<CniAnswer> CallOursAsync(string command, CniSandbox pod, JsonNode? previous = null, string? netns = null) =>
        CallAsync(command, Plugins().Last(), pod, previous, netns);

    /// <summary>Theirs need programs of the node; ours gets no PATH at all.</summary>
    private Task<CniAnswer> CallAsync(string command, JsonObject plugin, CniSandbox pod, JsonNode? previous, string? netns = null)
    {
        var type = plugin["type"]!.GetValue<string>();
        var environment = new Dictionary<string, string>(pod.Environment(command, $"{Binaries}:{RealPlugins}", netns));
        environment[type == PluginList.Ours ? "TMPDIR" : "PATH"] = type == PluginList.Ours ? Temporary : SystemPath;
        var program = type == PluginList.Ours ? Plugin : Path.Combine(RealPlugins, type);
        return CniProcess.RunAsync(Namespace, program, environment, Input(plugin, pod, previous));
    }

    private IEnumerable<JsonObject> Plugins() => List["plugins"]!.AsArray().Select(p => p!.AsObject());

    private string Input(JsonObject plugin, CniSandbox pod, JsonNode? previous)
    {
        var input = plugin.DeepClone().AsObject();
        input["name"] = List["name"]!.DeepClone();
        input["cniVersion"] = List["cniVersion"]!.DeepClone();
        if (previous is not null)
            input["prevResult"] = previous.DeepClone();
        if (plugin["capabilities"]?["portMappings"] is not null && pod.PortMapping is { } ports)
        {
            var mapping = new JsonObject { ["hostPort"] = ports.Host, ["containerPort"] = ports.Pod, ["protocol"] = "tcp" };
            input["runtimeConfig"] = new JsonObject { ["portMappings"] = new JsonArray(mapping) };
        }
        if (plugin["capabilities"]?["io.kubernetes.cri.pod-annotations"] is not null)
            input["runtimeConfig"] = new JsonObject { ["io.kubernetes.cri.pod-annotations"] = pod.Annotations };
        return input.ToJsonString();
    }

    public void Dispose()
    {
        Namespace.Dispose();
        _files.Dispose();
    }
}
