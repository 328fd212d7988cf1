using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Cni.Install;

namespace MeshProxy.Tests.Kubernetes.Cni.Install;

public sealed class PluginListTextTests
{
    private const string Pretty = """
        {
          "name": "k8s-pod-network",
          "cniVersion": "0.3.1",
          "their-own": [1.50, "é<"],
          "plugins": [
            {
              "type": "calico",
              "mtu": 0
            },
            {"type": "portmap", "snat": true}
          ],
          "after": null
        }

        """;

    private static readonly JsonObject Entry = new() { ["type"] = "meshproxy-cni", ["capabilities"] = new JsonObject { ["a"] = true } };

    [Fact]
    public void An_entry_is_put_behind_the_others_in_their_indentation()
    {
        var expected = Pretty.Replace("""
                {"type": "portmap", "snat": true}

            """, """
                {"type": "portmap", "snat": true},
                {
                  "type": "meshproxy-cni",
                  "capabilities": {
                    "a": true
                  }
                }

            """, StringComparison.Ordinal);
        Assert.Equal(expected, With(Pretty));
    }

    [Fact]
    public void A_list_on_one_line_stays_on_one_line() => Assert.Equal(
        """{"cniVersion":"1.0.0","plugins":[{"type":"ptp"},{"type":"meshproxy-cni","capabilities":{"a":true}}],"x":1}""",
        With("""{"cniVersion":"1.0.0","plugins":[{"type":"ptp"}],"x":1}"""));

    [Theory]
    [InlineData(Pretty)]
    [InlineData("""{"plugins":[{"type":"ptp"}]}""")]
    [InlineData(
        """{"args":{"plugins":[{"type":"no"}]},"plugins":[ {"type":"ptp","plugins":[{"type":"meshproxy-cni"}]} , {"type":"x"} ] }""")]
    public void Taking_the_entry_out_gives_the_text_back_to_the_byte(string text) => Assert.Equal(text, Without(With(text)));

    [Fact]
    public void What_is_there_already_changes_nothing()
    {
        var once = With(Pretty);
        Assert.Equal(once, With(once));
        Assert.Equal(Pretty, Without(Pretty));
    }

    [Fact]
    public void An_older_entry_and_a_second_one_give_way() => Assert.Equal(
        """{"plugins":[{"type":"ptp"},{"type":"x"},{"type":"meshproxy-cni","capabilities":{"a":true}}]}""",
        With("""{"plugins":[{"type":"meshproxy-cni","old":1},{"type":"ptp"},{"type":"meshproxy-cni"},{"type":"x"}]}"""));

    [Theory]
    [InlineData("")]
    [InlineData("{\"plugins\": [{\"type\": \"pt")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"plugins":[]}""")]
    [InlineData("""{"plugins":[{"name":"x"}]}""")]
    [InlineData("""{"plugins":{}}""")]
    [InlineData("""{"plugins":[{"type":"a","type":"b"}]}""")]
    public void What_no_runtime_would_take_is_no_list(string text)
    {
        Assert.Null(PluginListText.Read(Encoding.UTF8.GetBytes(text), out var error));
        Assert.NotEqual("", error);
    }

    private static string With(string text) => Encoding.UTF8.GetString(Read(text).With(Entry));

    private static string Without(string text) => Encoding.UTF8.GetString(Read(text).Without("meshproxy-cni"));

    private static PluginListText Read(string text) => PluginListText.Read(Encoding.UTF8.GetBytes(text), out _)!;
}
