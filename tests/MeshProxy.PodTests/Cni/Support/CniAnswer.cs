using System.Text.Json.Nodes;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>What a plugin answered to one call.</summary>
internal sealed record CniAnswer(int ExitCode, string Output, string Log)
{
    public JsonNode Json => JsonNode.Parse(Output)!;

    public int Code => Json["code"]!.GetValue<int>();

    public string Message => Json["msg"]!.GetValue<string>();

    public CniAnswer Must()
    {
        Assert.True(ExitCode == 0, $"{Output}\n{Log}");
        return this;
    }
}
