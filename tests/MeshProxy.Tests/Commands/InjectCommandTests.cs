using MeshProxy.Commands;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Commands;

public sealed class InjectCommandTests : IDisposable
{
    private const string Pod = "kind: Pod\nmetadata:\n  name: x\nspec:\n  containers:\n  - name: a\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Manifest_comes_out_on_standard_output_and_the_report_on_standard_error()
    {
        var (code, output, error) = await RunAsync("inject", _folder.Write("pod.yaml", Pod));
        Assert.Equal(ExitCode.Ok, code);
        Assert.StartsWith("kind: Pod\n", output);
        Assert.Contains("name: meshproxy-proxy", output);
        Assert.EndsWith("pod.yaml:1: Pod x: injected\nmeshproxy: 1 injected, 0 skipped, 0 refused\n", error);
    }

    [Fact]
    public async Task File_in_place_is_injected_and_uninjected_to_what_it_was()
    {
        var file = _folder.Write("pod.yaml", Pod);
        var (code, output, _) = await RunAsync("inject", "--in-place", _folder.Path);
        Assert.Equal((ExitCode.Ok, ""), (code, output));
        Assert.Contains("name: meshproxy-proxy", await File.ReadAllTextAsync(file));
        Assert.Equal(ExitCode.Ok, (await RunAsync("uninject", "--in-place", file)).Code);
        Assert.Equal(Pod, await File.ReadAllTextAsync(file));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task What_cannot_be_done_ends_with_1_and_the_rest_is_done()
    {
        var refused = Pod.Replace("spec:\n", "spec:\n  hostNetwork: true\n");
        var (code, output, error) = await RunAsync("inject", _folder.Write("a.yaml", refused), _folder.Write("b.yaml", Pod));
        Assert.Equal(ExitCode.NotDone, code);
        Assert.StartsWith(refused + "---\n", output);
        Assert.Contains("name: meshproxy-proxy", output);
        Assert.Contains("a.yaml:1: Pod x: hostNetwork is true", error);
    }

    [Theory]
    [InlineData("--set", "proxy-uid=0", "--set: proxy-uid: '0' is not a number")]
    [InlineData("--set", "proxy-image", "--set: 'proxy-image' is not KEY=VALUE")]
    [InlineData("--set", "opaqe-ports=1", "did you mean opaque-ports?")]
    [InlineData("--kubernetes", "new", "--kubernetes: 'new' is not a version")]
    public async Task Bad_option_is_told(string option, string value, string told)
    {
        var (code, output, error) = await RunAsync("inject", _folder.Write("pod.yaml", Pod), option, value);
        Assert.Equal((ExitCode.BadConfig, ""), (code, output));
        Assert.Contains(told, error);
    }

    [Fact]
    public async Task Missing_file_is_told()
    {
        var (code, _, error) = await RunAsync("inject", _folder.PathOf("none.yaml"));
        Assert.Equal(ExitCode.BadConfig, code);
        Assert.Contains("none.yaml: does not exist", error);
    }

    [Fact]
    public async Task Check_of_a_pod_finds_a_misspelled_annotation()
    {
        var wrong = Pod.Replace(
            "  name: x\n",
            "  name: x\n  annotations:\n    meshproxy.io/inject: enabled\n    config.meshproxy.io/opaqe-ports: \"1\"\n");
        var (code, output, _) = await RunAsync("check", "pod", _folder.Write("pod.yaml", wrong));
        Assert.Equal(ExitCode.BadConfig, code);
        Assert.Contains(
            "config.meshproxy.io/opaqe-ports is unknown and has no effect; did you mean config.meshproxy.io/opaque-ports?",
            output);
        Assert.Equal(ExitCode.Ok, (await RunAsync("check", "pod", _folder.Write("pod.yaml", wrong.Replace("opaqe", "opaque")))).Code);
    }

    private static async Task<(ExitCode Code, string Output, string Error)> RunAsync(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var line = new CommandLine(new InjectCommand(), new UninjectCommand(), new CheckCommand(new CheckPodCommand()));
        var code = await line.InvokeAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
