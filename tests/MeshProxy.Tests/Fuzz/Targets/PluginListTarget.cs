using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Cni.Install;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>A node's list of plugins: what is put in can be taken out again, and what cannot be read is left alone with a reason.</summary>
internal sealed class PluginListTarget() : FuzzTarget("plugin-list")
{
    private static readonly JsonObject Entry = new() { ["type"] = "meshproxy-cni" };

    public override IReadOnlyList<byte[]> Samples { get; } =
    [
        """
        {
          "cniVersion": "1.0.0",
          "name": "net",
          "plugins": [
            {"type": "ptp"},
            {"type": "portmap", "x": [1, {}]}
          ]
        }

        """u8.ToArray(),
        """{"plugins":[{"type":"a"}],"loadOnlyInlinedPlugins":true}"""u8.ToArray(),
        """{"name":1,"plugins":[{"type":"meshproxy-cni"},{"type":"b"},{"type":"meshproxy-cni"}]}"""u8.ToArray(),
    ];

    public override ReadOnlySpan<byte> Telling => "\"{}[]:,\n\\"u8;

    public override void Read(byte[] input, Random random)
    {
        if (PluginListText.Read(input, out var error) is not { } list)
        {
            Assert.NotEmpty(error);
            return;
        }
        // A list of nothing but ours has nothing to be put behind, and is left alone.
        if (list.Plugins.All(plugin => plugin.Type == "meshproxy-cni"))
            return;
        var with = PluginListText.Read(list.With(Entry), out _);
        Assert.NotNull(with);
        Assert.Single(with.Plugins, plugin => plugin.Type == "meshproxy-cni");
        if (!list.Names("meshproxy-cni"))
            Assert.Equal(input, with.Without("meshproxy-cni"));
    }
}
