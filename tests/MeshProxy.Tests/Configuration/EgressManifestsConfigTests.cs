using MeshProxy.Tests.Support;
using MeshProxy.Values;

namespace MeshProxy.Tests.Configuration;

public sealed class EgressManifestsConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static string Manifest(string name, string policy = "Deny") =>
        $"{{apiVersion: policy.linkerd.io/v1alpha1, kind: EgressNetwork, metadata: {{name: {name}}}, spec: {{trafficPolicy: {policy}}}}}\n";

    [Fact]
    public void Networks_of_the_file_come_before_those_of_manifests_which_are_outside_the_cluster()
    {
        _folder.Write("b.yaml", Manifest("b"));
        _folder.Write("a.yaml", $"{Manifest("a")}---\nkind: ConfigMap\n");
        var config = ConfigText.Valid($$"""
            { "egress": {
              "manifests": "{{_folder.Path}}",
              "clusterNetworks": "10.9.0.0/16",
              "networks": [{ "name": "first", "cidr": "::/0", "policy": "allow" }]
            } }
            """);
        var networks = config.Settings.Proxy.Egress.Networks;
        Assert.Equal(["first", "a", "b"], networks.Select(network => network.Name));
        Assert.Equal("10.9.0.0/16", Assert.Single(networks[1].Blocks[0].Except).ToString());
        Assert.Equal(TrafficPolicy.Deny, networks[1].Policy);
        Assert.Equal($"{_folder.PathOf("a.yaml")}:3: ConfigMap without a name (no apiVersion)", Assert.Single(config.Manifests.Skipped));
    }

    [Fact]
    public void Manifests_may_be_named_by_a_variable()
    {
        var path = _folder.Write("one.yaml", Manifest("one"));
        var config = ConfigText.Valid(null, ("MESHPROXY_EGRESS__MANIFESTS", path));
        Assert.Equal("one", Assert.Single(config.Settings.Proxy.Egress.Networks).Name);
    }

    [Fact]
    public void Every_mistake_of_every_manifest_is_a_mistake_of_the_configuration()
    {
        var a = _folder.Write("a.yaml", Manifest("a", "Maybe"));
        var b = _folder.Write("b.yaml", Manifest("b").Replace("trafficPolicy", "trafficPolicies"));
        File.CreateSymbolicLink(_folder.PathOf("c.yaml"), "gone");
        var errors = ConfigText.Errors($$"""{ "egress": { "manifests": "{{_folder.Path}}" }, "loops": { "count": -1 } }""");
        Assert.Equal(
        [
            "proxy.config.json:1: loops.count is -1; allowed: a whole number from 0 to 256",
            $"proxy.config.json:1: egress.manifests: {_folder.PathOf("c.yaml")}: does not exist",
            $"{a}:1:106: spec.trafficPolicy: 'Maybe' is not known; it is Allow or Deny",
            $"{b}:1:91: spec.trafficPolicies: is not known; did you mean trafficPolicy?",
            $"{b}:1:90: spec: trafficPolicy is missing; it is Allow or Deny",
        ], errors);
    }

    [Fact]
    public void Path_that_never_ends_is_refused() =>
        Assert.Equal("proxy.config.json:1: egress.manifests: /dev/zero: is longer than 16 MiB",
            Assert.Single(ConfigText.Errors("""{ "egress": { "manifests": "/dev/zero" } }""")));
}
