using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Cni;

namespace MeshProxy.Tests.Kubernetes.Cni;

public sealed class CniPluginTests
{
    private const string Previous =
        """{"cniVersion":"1.0.0", "interfaces":[{"name":"eth0","their-own":[1.50,"é<\""]}],"ips":[{"address":"10.0.0.2/24"}],"x":null}""";

    [Theory]
    [InlineData("0.3.1")]
    [InlineData("0.4.0")]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public void The_previous_result_is_handed_on_byte_for_byte(string version)
    {
        var previous = Previous.Replace("1.0.0", version, StringComparison.Ordinal);
        var call = PluginCall.RunFor("ADD", Input(version, previous));
        Assert.Equal((0, previous), (call.ExitCode, call.Output));
    }

    [Theory]
    [InlineData(
        "0.4.0",
        """{"cniVersion":"0.4.0","interfaces":[{"name":"eth0","their-own":[1.50,"é<\""]}]"""
        + ""","ips":[{"version":"4","address":"10.0.0.2/24"}],"x":null}""")]
    [InlineData(
        "1.1.0",
        """{"cniVersion":"1.1.0","interfaces":[{"name":"eth0","their-own":[1.50,"é<\""]}]"""
        + ""","ips":[{"address":"10.0.0.2/24"}],"x":null}""")]
    public void A_previous_result_of_another_version_becomes_the_one_asked_for(string version, string expected) =>
        Assert.Equal(expected, PluginCall.RunFor("ADD", Input(version, Previous)).Output);

    [Fact]
    public void A_pod_without_the_annotation_passes_whatever_its_namespace_is()
    {
        var call = PluginCall.RunFor("ADD", Input("1.0.0", Previous, """{"meshproxy.io/redirected":"no","other":"x"}"""), "/nowhere");
        Assert.Equal((0, Previous, ""), (call.ExitCode, call.Output, call.Log));
    }

    [Theory]
    [InlineData("""{"version":1,"skip-inbound-prots":"80"}""", "did you mean skip-inbound-ports?")]
    [InlineData("""{"version":1,"proxy-uid":"0"}""", "proxy-uid")]
    [InlineData("""{"version":7}""", "version 7")]
    [InlineData("""{""", "not JSON")]
    [InlineData("""{"version":1,"\ud800":"1"}""", "not JSON")]
    [InlineData("", "not JSON")]
    public void A_bad_annotation_fails_its_pod_and_says_why(string annotation, string cause)
    {
        var annotations = new JsonObject { ["meshproxy.io/redirect"] = annotation }.ToJsonString();
        var call = PluginCall.RunFor("ADD", Input("1.0.0", Previous, annotations));
        Assert.Equal((1, 101), (call.ExitCode, call.Json["code"]!.GetValue<int>()));
        var message = call.Json["msg"]!.GetValue<string>();
        Assert.Contains(cause, message);
        Assert.Contains("inject the pod again", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_namespace_that_is_not_there_is_named()
    {
        var call = PluginCall.RunFor("ADD", Input("1.0.0", Previous, """{"meshproxy.io/redirect":"{\"version\":1}"}"""), "/run/netns/gone");
        Assert.Equal(102, call.Json["code"]!.GetValue<int>());
        Assert.Contains("/run/netns/gone", call.Json["msg"]!.GetValue<string>());
    }

    [Fact]
    public void Standing_first_in_the_list_is_refused() =>
        Assert.Equal(7, PluginCall.RunFor("ADD", """{"cniVersion":"1.0.0","name":"n"}""").Json["code"]!.GetValue<int>());

    [Theory]
    [InlineData("[1]")]
    [InlineData("\"x\"")]
    [InlineData("""{"cniVersion":"1.0.0","ips":[1]}""")]
    [InlineData("""{"cniVersion":"0.4.0","ips":["10.0.0.2/24"]}""")]
    public void A_previous_result_that_is_none_is_the_lists_fault(string previous)
    {
        var call = PluginCall.RunFor("ADD", Input("1.0.0", previous));
        Assert.Equal(7, call.Json["code"]!.GetValue<int>());
        Assert.Contains("prevResult", call.Json["msg"]!.GetValue<string>());
    }

    [Fact]
    public void A_runtime_that_hands_over_no_annotations_is_said()
    {
        var call = PluginCall.RunFor("ADD", $$"""{"cniVersion":"1.0.0","name":"n","prevResult":{{Previous}}}""");
        Assert.Equal((0, Previous), (call.ExitCode, call.Output));
        Assert.Contains("hands over no annotations; see --api-dir", call.Log);
    }

    [Theory]
    [InlineData("ADD")]
    [InlineData("DEL")]
    public void A_log_file_without_a_name_is_none(string command)
    {
        var input = Input("1.0.0", Previous).Replace("\"name\"", "\"logFile\":\"\",\"name\"", StringComparison.Ordinal);
        Assert.Equal(0, PluginCall.RunFor(command, input).ExitCode);
        Assert.Equal(7, PluginCall.RunFor("ADD", input.Replace("prevResult", "x", StringComparison.Ordinal)).Json["code"]!.GetValue<int>());
    }

    /// <summary>As where an assembly cannot be loaded any more: what would say so breaks too.</summary>
    [Theory]
    [InlineData("ADD", 1)]
    [InlineData("STATUS", 1)]
    [InlineData("DEL", 0)]
    [InlineData("GC", 0)]
    public void Where_everything_breaks_there_is_still_an_answer(string command, int exitCode)
    {
        using var output = new MemoryStream();
        string? Variable(string name) => name == "CNI_COMMAND" ? command : throw new FileNotFoundException("an assembly");
        Assert.Equal(exitCode, CniPlugin.Run(Variable, Stream.Null, output, TextWriter.Null));
        var answer = Encoding.UTF8.GetString(output.ToArray());
        Assert.Equal(exitCode, answer.Length == 0 ? 0 : JsonNode.Parse(answer)!["code"]!.GetValue<int>() / 100);
    }

    [Theory]
    [InlineData("""{"cniVersion":"0.2.0"}""", 1)]
    [InlineData("""{"cniVersion":"2.0.0"}""", 1)]
    [InlineData("{}", 1)]
    [InlineData("[]", 6)]
    [InlineData("""{"cniVersion":"\ud800"}""", 6)]
    [InlineData("{", 6)]
    [InlineData("", 6)]
    public void What_cannot_be_understood_has_the_specifications_own_code(string input, int code)
    {
        var call = PluginCall.RunFor("ADD", input);
        Assert.Equal((1, code), (call.ExitCode, call.Json["code"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("ADD")]
    [InlineData("CHECK")]
    public void A_missing_variable_is_named(string command)
    {
        var call = PluginCall.Run(command, Input("1.0.0", Previous), ("CNI_CONTAINERID", "c1"), ("CNI_IFNAME", "eth0"));
        Assert.Equal(4, call.Json["code"]!.GetValue<int>());
        Assert.Contains("CNI_NETNS", call.Json["msg"]!.GetValue<string>());
    }

    [Fact]
    public void An_unknown_command_is_refused() => Assert.Equal(4, PluginCall.RunFor("MOD", "{}").Json["code"]!.GetValue<int>());

    [Fact]
    public void A_bug_is_told_as_one_with_where_it_is_in_the_details()
    {
        var call = PluginCall.RunFor("ADD", new BrokenStream());
        Assert.Equal((1, 100), (call.ExitCode, call.Json["code"]!.GetValue<int>()));
        Assert.Equal("NotSupportedException: broken; please report it, with the details", call.Json["msg"]!.GetValue<string>());
        Assert.Contains(nameof(BrokenStream), call.Json["details"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("DEL", "")]
    [InlineData("DEL", "{")]
    [InlineData("DEL", """{"cniVersion":"9.9.9"}""")]
    [InlineData("GC", "not json")]
    [InlineData("GC", """{"cniVersion":"1.1.0","cni.dev/valid-attachments":[{"containerID":"c","ifname":"eth0"}]}""")]
    public void Taking_down_succeeds_whatever_is_wrong(string command, string input)
    {
        var call = PluginCall.Run(command, input);
        Assert.Equal((0, ""), (call.ExitCode, call.Output));
    }

    [Theory]
    [InlineData("del")]
    [InlineData("del-again")]
    public void What_containerd_says_for_a_pod_that_has_gone_succeeds(string name)
    {
        var (input, variables) = PluginCall.Recorded(name);
        Assert.Equal(0, PluginCall.Run("DEL", input, variables).ExitCode);
    }

    [Fact]
    public void What_containerd_says_for_a_new_pod_is_understood()
    {
        var (input, variables) = PluginCall.Recorded("add");
        var call = PluginCall.Run("ADD", input, variables);
        Assert.Equal(102, call.Json["code"]!.GetValue<int>());
        Assert.Contains("cni-2d000828", call.Json["msg"]!.GetValue<string>());
        Assert.Contains("ADD of shop/cart", call.Log);
    }

    [Fact]
    public void The_versions_are_told_in_the_one_asked_for()
    {
        var call = PluginCall.Run("VERSION", """{"cniVersion":"0.4.0"}""");
        Assert.Equal("""{"cniVersion":"0.4.0","supportedVersions":["0.3.1","0.4.0","1.0.0","1.1.0"]}""", call.Output);
    }

    private static string Input(string version, string previous, string annotations = "{}") =>
        $$$"""{"cniVersion":"{{{version}}}","name":"n","runtimeConfig":{"io.kubernetes.cri.pod-annotations":{{{annotations}}}}"""
        + $$$""","prevResult":{{{previous}}}}""";

    private sealed class BrokenStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("broken");

        public override int Read(Span<byte> buffer) => throw new NotSupportedException("broken");

        public override void CopyTo(Stream destination, int bufferSize) => throw new NotSupportedException("broken");
    }
}
