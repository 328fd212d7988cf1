using MeshProxy.Configuration.Keys;
using MeshProxy.Values;

namespace MeshProxy.Tests.Configuration;

public sealed class EgressConfigTests
{
    private const string Full =
        """{ "name": "databases", "cidr": ["52.0.0.0/8", "2001:db8::/32"], "except": ["52.1.0.0/16"],"""
        + """ "ports": [3306, "5000-5999"], "policy": "deny", "opaquePorts": "3306" }""";

    [Fact]
    public void Nothing_is_denied_by_default()
    {
        var egress = ConfigText.Valid(null).Settings.Proxy.Egress;
        Assert.Equal(TrafficPolicy.Allow, egress.Default);
        Assert.Empty(egress.Networks);
    }

    [Fact]
    public void Network_has_all_that_was_written()
    {
        var config = ConfigText.Valid($$"""{ "egress": { "default": "deny", "networks": [{{Full}}] } }""");
        var egress = config.Settings.Proxy.Egress;
        Assert.Equal(TrafficPolicy.Deny, egress.Default);
        var network = Assert.Single(egress.Networks);
        Assert.Equal(("databases", TrafficPolicy.Deny), (network.Name, network.Policy));
        Assert.Equal("52.0.0.0/8 2001:db8::/32", string.Join(' ', network.Blocks.Select(block => block.Cidr)));
        Assert.All(network.Blocks, block => Assert.Equal("52.1.0.0/16", Assert.Single(block.Except).ToString()));
        Assert.Equal("3306,5000-5999", PortList.Format(network.Ports));
        Assert.Equal("3306", PortList.Format(network.OpaquePorts));
    }

    [Fact]
    public void Value_is_shown_as_the_file_would_give_it()
    {
        var shown = ConfigText.Valid($$"""{ "egress": { "networks": [{{Full}}, { "name": "all", "cidr": "::/0", "policy": "allow" }] } }""")
            .Values[EgressKeys.Networks].ToString();
        Assert.Contains("""{"name":"all","cidr":["::/0"],"policy":"allow"}""", shown);
        var again = ConfigText.Valid($$"""{ "egress": { "networks": {{shown}} } }""").Values[EgressKeys.Networks].ToString();
        Assert.Equal(shown, again);
    }

    [Fact]
    public void Networks_may_be_given_by_variables_which_replace_the_files()
    {
        var config = ConfigText.Valid($$"""{ "egress": { "networks": [{{Full}}] } }""",
            ("MESHPROXY_EGRESS__DEFAULT", "deny"),
            ("MESHPROXY_EGRESS__NETWORKS__0__NAME", "one"),
            ("MESHPROXY_EGRESS__NETWORKS__0__CIDR", "1.0.0.0/8,2.0.0.0/8"),
            ("MESHPROXY_EGRESS__NETWORKS__0__POLICY", "allow"),
            ("MESHPROXY_EGRESS__NETWORKS__0__OPAQUEPORTS", "25"),
            ("MESHPROXY_EGRESS__NETWORKS__1__NAME", "two"),
            ("MESHPROXY_EGRESS__NETWORKS__1__CIDR__0", "3.0.0.0/8"),
            ("MESHPROXY_EGRESS__NETWORKS__1__EXCEPT__0", "3.1.0.0/16"),
            ("MESHPROXY_EGRESS__NETWORKS__1__POLICY", "deny"));
        Assert.Collection(config.Settings.Proxy.Egress.Networks,
            one => Assert.Equal(("one", 2, "25"), (one.Name, one.Blocks.Length, PortList.Format(one.OpaquePorts))),
            two => Assert.Equal(("two", TrafficPolicy.Deny, 1), (two.Name, two.Policy, two.Blocks[0].Except.Length)));
    }

    [Fact]
    public void Empty_variable_takes_the_files_networks_away()
    {
        var config = ConfigText.Valid($$"""{ "egress": { "networks": [{{Full}}] } }""", ("MESHPROXY_EGRESS__NETWORKS", ""));
        Assert.Empty(config.Settings.Proxy.Egress.Networks);
    }

    [Fact]
    public void Every_mistake_of_every_network_is_reported_with_its_path_and_line()
    {
        var errors = ConfigText.Errors("""
            { "egress": { "networks": [
              { "name": "a", "cdir": "1.0.0.0/8", "policy": "alow" },
              { "name": "b", "cidr": "1.0.0.1/8", "policy": "deny",
                "except": [true],
                "ports": "0" },
              7
            ] } }
            """);
        Assert.Equal(
        [
            "proxy.config.json:2: egress.networks[0].cdir is not a key; did you mean egress.networks[0].cidr?",
            $"proxy.config.json:2: egress.networks[0].cidr is missing; allowed: {NetworkList.Allowed}, at least one",
            "proxy.config.json:2: egress.networks[0].policy is \"alow\"; allowed: allow or deny; did you mean allow?",
            "proxy.config.json:3: egress.networks[1].cidr: item 1, '1.0.0.1/8', has bits set beyond its prefix; write 1.0.0.0/8; "
            + $"allowed: {NetworkList.Allowed}, at least one",
            "proxy.config.json:4: egress.networks[1].except: item 1, 'true', is not a network in CIDR notation; "
            + $"allowed: {NetworkList.Allowed}",
            "proxy.config.json:5: egress.networks[1].ports: item 1, '0', is not a port from 1 to 65535 nor a range of them; "
            + $"allowed: {PortList.Allowed}",
            "proxy.config.json:6: egress.networks[2] is 7; "
            + "allowed: an object, { … }, with name, cidr, except, ports, policy, opaquePorts",
        ], errors);
    }

    [Theory]
    [InlineData("""{ "default": "refuse" }""", "egress.default is \"refuse\"; allowed: allow or deny")]
    [InlineData("""{ "defualt": "deny" }""", "egress.defualt is not a key; did you mean egress.default?")]
    [InlineData(
        """{ "clusterNetworks": "10.0.0.0/33" }""",
        "egress.clusterNetworks: item 1, '10.0.0.0/33', has a prefix length that is not between 0 and 32; "
        + "allowed: " + NetworkList.Allowed)]
    [InlineData("""{ "clusterNetworks": {} }""", "egress.clusterNetworks is a section; allowed: " + NetworkList.Allowed)]
    [InlineData("""{ "manifests": 5 }""", "egress.manifests is 5; allowed: a path of at most 4095 characters, on one line, or empty")]
    [InlineData(
        """{ "manifests": "a\u0000b" }""",
        "egress.manifests is \"a\\u0000b\"; allowed: a path of at most 4095 characters, on one line, or empty")]
    [InlineData("""{ "manifests": "/no/such" }""", "egress.manifests: /no/such: does not exist")]
    [InlineData(
        """{ "networks": "x" }""",
        "egress.networks is \"x\"; allowed: a list of which each item is an object, { … }, "
        + "with name, cidr, except, ports, policy, opaquePorts")]
    [InlineData(
        """{ "networks": [{ "name": " ", "cidr": "::/0", "policy": "deny" }] }""",
        "egress.networks[0].name is \" \"; allowed: a name of at most 317 characters, on one line, not empty")]
    [InlineData(
        """{ "networks": [{ "name": "a", "cidr": [], "policy": "deny" }] }""",
        "egress.networks[0].cidr is a list; allowed: " + NetworkList.Allowed + ", at least one")]
    [InlineData(
        """{ "networks": [{ "name": "a", "cidr": "::/0", "policy": null }] }""",
        "egress.networks[0].policy is null; allowed: allow or deny")]
    [InlineData(
        """{ "networks": [{ "name": "a", "cidr": "::/0", "policy": "deny", "opaquePorts": {} }] }""",
        "egress.networks[0].opaquePorts is a section; allowed: " + PortList.Allowed)]
    [InlineData(
        """{ "networks": [{ "name": "a", "cidr": "::/0", "policy": "deny" }, { "name": "a", "cidr": "::/1", "policy": "deny" }] }""",
        "egress.networks[1].name is \"a\", which is the name of egress.networks[0] already")]
    public void Mistake_is_named_with_what_is_allowed(string egress, string expected) =>
        Assert.Equal($"proxy.config.json:1: {expected}", Assert.Single(ConfigText.Errors($$"""{ "egress": {{egress}} }""")));

    [Fact]
    public void Mistake_in_a_variable_names_the_variable()
    {
        var errors = ConfigText.Errors(null,
            ("MESHPROXY_EGRESS__NETWORKS__0__NAME", "a"),
            ("MESHPROXY_EGRESS__NETWORKS__0__CIDR", "::/0"),
            ("MESHPROXY_EGRESS__NETWORKS__0__POLICY", "no"),
            ("MESHPROXY_EGRESS__NETWORKS__0__PROTS", "1"));
        Assert.Equal(
        [
            "MESHPROXY_EGRESS__NETWORKS__0__PROTS: egress.networks[0].PROTS is not a key; did you mean egress.networks[0].ports?",
            "MESHPROXY_EGRESS__NETWORKS__0__POLICY: egress.networks[0].policy is \"no\"; allowed: allow or deny",
        ], errors);
    }
}
