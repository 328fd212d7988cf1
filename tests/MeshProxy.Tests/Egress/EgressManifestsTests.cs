using MeshProxy.Kubernetes.Egress;
using MeshProxy.Values;

namespace MeshProxy.Tests.Egress;

public sealed class EgressManifestsTests
{
    private const string Linkerd = """
        apiVersion: policy.linkerd.io/v1alpha1
        kind: EgressNetwork
        metadata:
          name: databases
          namespace: shop
          annotations:
            config.linkerd.io/opaque-ports: "3306,5432"
            kubectl.kubernetes.io/last-applied-configuration: "{}"
        spec:
          networks:
          - cidr: 52.0.0.0/8
            except:
            - 52.1.0.0/16
          - cidr: 2001:db8::/32
          trafficPolicy: Deny
        status:
          conditions: []
        """;

    [Fact]
    public void Nesting_without_end_is_an_error_and_is_told_at_once()
    {
        var error = Assert.Single(Parse(new string('[', 100_000)).Errors);
        Assert.Contains("is nested more than 100 deep", error);
    }

    [Fact]
    public void A_list_that_is_an_item_of_itself_is_skipped()
    {
        var set = Parse("&a {kind: List, items: [*a]}");
        Assert.Empty(set.Errors);
        Assert.Single(set.Skipped);
    }

    [Fact]
    public void A_manifest_of_linkerd_loads_unchanged()
    {
        var set = Parse(Linkerd);
        Assert.Empty(set.Errors);
        var network = Assert.Single(set.Networks);
        Assert.Equal("shop/databases", network.Name);
        Assert.Equal(TrafficPolicy.Deny, network.Policy);
        Assert.Equal("52.0.0.0/8 2001:db8::/32", string.Join(' ', network.Blocks.Select(b => b.Cidr)));
        Assert.Equal("52.1.0.0/16", string.Join(' ', network.Blocks[0].Except));
        Assert.Equal("3306,5432", PortList.Format(network.OpaquePorts));
        Assert.Empty(network.Ports);
    }

    [Fact]
    public void Without_networks_it_is_every_address_outside_the_cluster()
    {
        var set = Parse(
            "{apiVersion: policy.linkerd.io/v1alpha1, kind: EgressNetwork, metadata: {name: all}, spec: {trafficPolicy: Allow}}");
        var network = Assert.Single(set.Networks);
        Assert.Equal("0.0.0.0/0 ::/0", string.Join(' ', network.Blocks.Select(b => b.Cidr)));
        Assert.All(network.Blocks, b => Assert.Equal(EgressBlock.DefaultClusterNetworks, b.Except));
    }

    [Fact]
    public void Our_own_group_has_ports_and_json_is_yaml()
    {
        var set = Parse(
            """
            {"apiVersion": "policy.meshproxy.io/v1alpha1", "kind": "EgressNetwork", "metadata": {"name": "web"},
             "spec": {"networks": [{"cidr": "1.2.3.4"}], "trafficPolicy": "Allow", "ports": [443, "8000-9000"], "opaquePorts": "9000"}}
            """);
        Assert.Empty(set.Errors);
        var network = Assert.Single(set.Networks);
        Assert.Equal("1.2.3.4/32", network.Blocks[0].Cidr.ToString());
        Assert.Equal("443,8000-9000", PortList.Format(network.Ports));
        Assert.Equal("9000", PortList.Format(network.OpaquePorts));
    }

    [Fact]
    public void Other_documents_are_named_and_skipped_and_lists_are_opened()
    {
        var set = Parse(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: other}
            ---
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: policy.linkerd.io/v1alpha1, kind: EgressNetwork, metadata: {name: a}, spec: {trafficPolicy: Allow}}
            - {apiVersion: policy.linkerd.io/v1beta1, kind: Server, metadata: {name: b}}
            ---
            apiVersion: example.com/v1
            kind: EgressNetwork
            metadata: {name: foreign}
            ---
            just: text
            ---
            """);
        Assert.Empty(set.Errors);
        Assert.Equal("a", Assert.Single(set.Networks).Name);
        Assert.Equal(
            [
                "e.yaml:1: ConfigMap other (v1)",
                "e.yaml:9: Server b (policy.linkerd.io/v1beta1)",
                "e.yaml:11: EgressNetwork foreign (example.com/v1)",
                "e.yaml:15: a document without a kind",
            ],
            set.Skipped.Take(4));
    }

    [Theory]
    [InlineData(
        "  trafficPolicy: Deny", "  trafficPolicy: deny",
        "e.yaml:15:18: spec.trafficPolicy: 'deny' is not known; it is Allow or Deny")]
    [InlineData(
        "  trafficPolicy: Deny", "  trafficPolicies: Deny",
        "e.yaml:15:3: spec.trafficPolicies: is not known; did you mean trafficPolicy?")]
    [InlineData("  trafficPolicy: Deny", "", "e.yaml:10:3: spec: trafficPolicy is missing; it is Allow or Deny")]
    [InlineData("  trafficPolicy: Deny", "  trafficPolicy: [Deny]", "e.yaml:15:18: spec.trafficPolicy: is a list, must be a text")]
    [InlineData(
        "cidr: 52.0.0.0/8", "cidr: 52.0.0.1/8",
        "e.yaml:11:11: spec.networks[0].cidr: '52.0.0.1/8' has bits set beyond its prefix; write 52.0.0.0/8")]
    [InlineData("cidr: 52.0.0.0/8", "cidr: nowhere", "e.yaml:11:11: spec.networks[0].cidr: 'nowhere' is not a network in CIDR notation")]
    [InlineData("cidr: 52.0.0.0/8", "cdir: 52.0.0.0/8", "e.yaml:11:5: spec.networks[0].cdir: is not known; did you mean cidr?")]
    [InlineData(
        "- 52.1.0.0/16", "- 52.1.0.0/40",
        "e.yaml:13:7: spec.networks[0].except[0]: '52.1.0.0/40' has a prefix length that is not between 0 and 32")]
    [InlineData("- 52.1.0.0/16", "  a: b", "e.yaml:13:7: spec.networks[0].except: is a mapping, must be a list")]
    [InlineData("kind: EgressNetwork", "kind: EgressNetwork\nspeck: 1", "e.yaml:3:1: speck: is not known; did you mean spec?")]
    [InlineData("  name: databases", "  nome: databases", "e.yaml:1:1: metadata.name is missing")]
    [InlineData(
        "v1alpha1", "v1",
        "e.yaml:1:1: apiVersion: 'policy.linkerd.io/v1' is not known; "
        + "it is policy.linkerd.io/v1alpha1 or policy.meshproxy.io/v1alpha1")]
    [InlineData(
        "3306,5432", "3306,70000",
        "e.yaml:7:37: metadata.annotations.config.linkerd.io/opaque-ports: "
        + "item 2, '70000', is not a port from 1 to 65535 nor a range of them; allowed are " + PortList.Allowed)]
    [InlineData(
        "  trafficPolicy: Deny", "  trafficPolicy: Deny\n  ports: [443]",
        "e.yaml:16:3: spec.ports: is not known; allowed are networks, trafficPolicy")]
    public void A_wrong_field_is_an_error_with_its_place_and_what_is_allowed(string right, string wrong, string error)
    {
        var set = Parse(Linkerd.Replace(right, wrong));
        Assert.Contains(error, set.Errors);
    }

    [Fact]
    public void All_errors_are_reported_together()
    {
        var set = Parse(Linkerd.Replace("52.1.0.0/16", "x").Replace("Deny", "No").Replace("2001:db8::/32", "y"));
        Assert.Equal(3, set.Errors.Length);
        Assert.Empty(set.Networks);
    }

    [Theory]
    [InlineData("kind: [", "e.yaml:")]
    [InlineData("kind: EgressNetwork\nkind: EgressNetwork", "e.yaml:2:")]
    [InlineData("a: b: c", "e.yaml:1:")]
    public void What_is_not_yaml_is_an_error_with_its_place(string text, string start)
    {
        var error = Assert.Single(Parse(text).Errors);
        Assert.StartsWith(start, error);
        Assert.Contains("is not YAML: ", error);
    }

    [Fact]
    public void A_folder_is_loaded_in_the_order_of_names_and_other_files_are_left_alone()
    {
        var folder = Directory.CreateTempSubdirectory("egress").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "b.yaml"), Linkerd.Replace("databases", "b"));
            File.WriteAllText(Path.Combine(folder, "a.yml"), Linkerd.Replace("databases", "a"));
            File.WriteAllText(Path.Combine(folder, "..data.yaml"), "kind: [");
            File.WriteAllText(Path.Combine(folder, "README.md"), "kind: [");
            var set = EgressManifests.Parse(ManifestFiles.Read(folder), EgressBlock.DefaultClusterNetworks);
            Assert.Empty(set.Errors);
            Assert.Equal(["shop/a", "shop/b"], set.Networks.Select(n => n.Name));
            Assert.Single(EgressManifests.Parse(ManifestFiles.Read(Path.Combine(folder, "b.yaml")), []).Networks);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_missing_file_is_an_error() =>
        Assert.Equal("/no/such/egress.yaml: does not exist",
            Assert.Single(EgressManifests.Parse(ManifestFiles.Read("/no/such/egress.yaml"), []).Errors));

    private static EgressManifestSet Parse(string text) => EgressManifests.Parse(text, "e.yaml", EgressBlock.DefaultClusterNetworks);
}
