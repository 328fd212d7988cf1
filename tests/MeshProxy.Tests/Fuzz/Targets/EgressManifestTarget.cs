using System.Text;
using MeshProxy.Kubernetes.Egress;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>EgressNetwork manifests: networks, or errors, and none of either lost.</summary>
internal sealed class EgressManifestTarget() : FuzzTarget("egress-manifest")
{
    public override IReadOnlyList<byte[]> Samples { get; } =
    [
        """
        apiVersion: policy.linkerd.io/v1alpha1
        kind: EgressNetwork
        metadata:
          name: a
        spec:
          trafficPolicy: Deny
          networks:
          - cidr: 10.0.0.0/8
            except: [10.1.0.0/16]

        """u8.ToArray(),
        """
        ---
        apiVersion: policy.meshproxy.io/v1
        kind: EgressNetwork
        metadata: {name: b}
        spec: {trafficPolicy: Allow}
        ---
        kind: Service

        """u8.ToArray(),
    ];

    public override ReadOnlySpan<byte> Telling => ":-\n [],{}&*!|>'\"#%@"u8;

    public override void Read(byte[] input, Random random)
    {
        var set = EgressManifests.Parse(Encoding.UTF8.GetString(input), "x.yaml", []);
        Assert.DoesNotContain(set.Errors, string.IsNullOrWhiteSpace);
        Assert.All(set.Networks, network => Assert.NotEmpty(network.Name));
    }
}
