using MeshProxy.Configuration.Keys;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Netfilter;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Annotations;

public sealed class AnnotationTableTests
{
    private static readonly string Page = Repository.PathOf("docs/annotations.md");

    public static TheoryData<string> Names => [.. AnnotationTable.All.Select(key => key.Name)];

    [Fact]
    public void Page_is_made_of_the_table()
    {
        if (Environment.GetEnvironmentVariable("WRITE_DOCS") == "1")
            File.WriteAllText(Page, AnnotationPage.Text());
        Assert.Equal(AnnotationPage.Text(), File.ReadAllText(Page));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Variable_is_a_key_of_the_configuration_with_the_same_default(string name)
    {
        var key = AnnotationTable.ByName[name];
        foreach (var variable in key.Variables)
        {
            var config = SidecarKeys.Table.Keys.SingleOrDefault(known => known.EnvironmentName == variable);
            Assert.True(config is not null, $"{variable} is no key: the sidecar would not start");
            Assert.Equal(key.Default, config.Default.ToString().Trim('"', '[', ']'));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Default_is_a_value_in_its_shortest_form(string name)
    {
        var key = AnnotationTable.ByName[name];
        if (key.Default.Length == 0)
            return;
        Assert.True(key.Syntax.Read(key.Default, out var value, out var error), error);
        Assert.Equal(key.Default, value);
    }

    [Fact]
    public void Every_setting_of_the_redirect_is_there_but_those_that_take_a_privileged_sidecar()
    {
        var here = AnnotationTable.All.Where(key => key.Redirect is not null).Select(key => key.Redirect!);
        Assert.Equal(RedirectKey.All.Except([RedirectKey.ProxyMark, RedirectKey.InboundMethod]).OrderBy(k => k.Name),
            here.OrderBy(k => k.Name));
    }

    [Fact]
    public void Default_of_a_setting_of_the_redirect_is_the_redirect_s()
    {
        var defaults = RedirectConfigText.Write(new RedirectConfig()).ToDictionary();
        foreach (var key in AnnotationTable.All.Where(key => key.Redirect is not null))
            Assert.Equal(defaults.GetValueOrDefault(key.Redirect!.Name, ""), key.Default);
    }

    [Fact]
    public void No_name_is_there_twice_and_none_is_understood_and_without_effect()
    {
        Assert.Equal(AnnotationTable.All.Length, AnnotationTable.ByName.Count);
        Assert.Empty(AnnotationTable.ByAlias.Keys.Intersect(LinkerdOnly.Reasons.Keys));
    }
}
