using MeshProxy.Kubernetes.Cni;
using MeshProxy.Netfilter;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>What a runtime says to the CNI plugin on standard input: understood, or refused with the plugin's own error.</summary>
internal sealed class CniConfigTarget() : FuzzTarget("cni-config")
{
    public override IReadOnlyList<byte[]> Samples { get; } =
    [
        ("""{"cniVersion":"1.0.0","name":"n","type":"meshproxy-cni","capabilities":{"io.kubernetes.cri.pod-annotations":true}"""u8
            + ""","runtimeConfig":{"io.kubernetes.cri.pod-annotations":{"meshproxy.io/redirect":"{}"}}"""u8
            + ""","prevResult":{"cniVersion":"1.0.0","ips":[]}}"""u8).ToArray(),
        ("""{"cniVersion":"0.3.1","type":"meshproxy-cni","logFile":"/var/log/x","api":"""u8
            + """{"server":"https://10.0.0.1","folder":"/etc/cni/x"}}"""u8).ToArray(),
        ("""{"cniVersion":"1.0.0","runtimeConfig":{"io.kubernetes.cri.pod-annotations":"""u8
            + """{"meshproxy.io/redirect":"{\"version\":1,\"\\ud800\":1}"}}}"""u8).ToArray(),
        """{"cniVersion":1,"runtimeConfig":[],"prevResult":null,"logFile":{}}"""u8.ToArray(),
    ];

    public override ReadOnlySpan<byte> Telling => "\"{}[]:,0\\ntf"u8;

    public override void Read(byte[] input, Random random)
    {
        try
        {
            using var config = CniConfig.Read(new MemoryStream(input));
            _ = (config.Version, config.KnowsAnnotations, config.LogFile, config.Api);
            if (config.PreviousResult is { } previous)
                CniResult.Require(previous);
            if (config.Annotation("meshproxy.io/redirect") is { } text && !RedirectConfigJson.TryRead(text, out _, out var errors))
                Assert.NotEmpty(errors);
        }
        catch (CniException refused)
        {
            Assert.False(string.IsNullOrWhiteSpace(refused.Message));
        }
    }
}
