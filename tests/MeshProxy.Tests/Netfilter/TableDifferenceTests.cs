using System.Collections.Immutable;
using MeshProxy.Netfilter;
using MeshProxy.Netfilter.NfTables;
using MeshProxy.Netfilter.Rules;

namespace MeshProxy.Tests.Netfilter;

/// <summary>What a check says of a table that is not as it should be.</summary>
public sealed class TableDifferenceTests
{
    private static readonly TableState Intended = StateOf(new RedirectConfig());

    [Fact]
    public void Equal_tables_have_no_difference() => Assert.Empty(TableDifference.Between(Intended, StateOf(new RedirectConfig())));

    [Fact]
    public void A_missing_table_is_one_line()
    {
        var line = Assert.Single(TableDifference.Between(Intended, TableState.Absent));
        Assert.Contains("no redirect is configured", line);
    }

    [Fact]
    public void A_missing_rule_is_shown_as_nft_reads_it()
    {
        var line = Assert.Single(TableDifference.Between(Intended, WithRules("outbound", rules => rules.RemoveAt(2))));
        Assert.Equal("- chain outbound: tcp flags & (fin | syn | rst | ack) == syn counter redirect to :4140 comment \"outbound\"", line);
    }

    [Fact]
    public void A_rule_too_many_is_shown_with_its_comment()
    {
        var theirs = new RuleState("[immediate 1=0]", "mine", "", 0);
        var line = Assert.Single(TableDifference.Between(Intended, WithRules("outbound", rules => rules.Insert(0, theirs))));
        Assert.Equal("+ chain outbound: \"mine\" [immediate 1=0]", line);
    }

    [Fact]
    public void Another_order_is_a_difference()
    {
        var line = Assert.Single(TableDifference.Between(Intended, WithRules("outbound", rules => [.. rules.Reverse()])));
        Assert.Contains("another order", line);
    }

    [Fact]
    public void Other_elements_of_a_set_are_both_shown()
    {
        var changed = Intended with { Sets = [Intended.Sets[0] with { Elements = "22, 4191" }] };
        var lines = TableDifference.Between(Intended, changed);
        Assert.Equal(["- set skip_inbound_ports { 4191 }", "+ set skip_inbound_ports { 22, 4191 }"], lines.AsEnumerable());
    }

    [Fact]
    public void Another_configuration_has_another_name()
    {
        var other = StateOf(new RedirectConfig { Proxy = new ProxyIdentity(7) });
        Assert.Contains(TableDifference.Between(Intended, other), l => l.StartsWith("- chain config_", StringComparison.Ordinal));
    }

    private static TableState StateOf(RedirectConfig config) => TableState.Of(Fingerprint.Named(RedirectRules.Of(config)));

    private static TableState WithRules(string chain, Func<ImmutableArray<RuleState>, ImmutableArray<RuleState>> change) =>
        Intended with { Chains = [.. Intended.Chains.Select(c => c.Name == chain ? c with { Rules = change(c.Rules) } : c)] };
}
