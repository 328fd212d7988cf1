using MeshProxy.Commands;
using MeshProxy.Lifecycle;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Commands;

public sealed class CommandLineTests
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    private Task<ExitCode> Invoke(params string[] args) =>
        new CommandLine(new RunCommand(new StopRequest(), signals: null), new CheckCommand(new CheckConfigCommand()), new ShutdownCommand())
            .InvokeAsync(args, _output, _error);

    [Theory]
    [InlineData("--help", "meshproxy run")]
    [InlineData("run --help", "meshproxy run --config")]
    [InlineData("check --help", "meshproxy check config --print")]
    [InlineData("check config --help", "meshproxy check config --print")]
    [InlineData("shutdown -h", "meshproxy shutdown --admin")]
    public async Task Help_ends_with_examples(string args, string example)
    {
        Assert.Equal(ExitCode.Ok, await Invoke(args.Split(' ')));
        Assert.Contains(example, _output.ToString().Split("Examples:")[1]);
        Assert.Empty(_error.ToString());
    }

    [Theory]
    [InlineData("", "Required command was not provided.")]
    [InlineData("rnu", "'rnu' is not known here; did you mean run?")]
    [InlineData("run --confg x", "'--confg' is not known here; did you mean --config?")]
    [InlineData("run --config", "--config")]
    [InlineData("check confg", "'confg' is not known here; did you mean config?")]
    [InlineData("run @file", "'@file' is not known here")]
    [InlineData("shutdown --admin here", "--admin is 'here'; allowed: a loopback address with a port")]
    [InlineData("shutdown --admin 10.0.0.1:4191", "allowed: a loopback address with a port")]
    public async Task Wrong_usage_is_64_and_explained_with_the_usage_on_standard_error(string args, string expected)
    {
        Assert.Equal(ExitCode.Usage, await Invoke(args.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Contains(expected, _error.ToString());
        Assert.Contains("Usage:", _error.ToString());
        Assert.Empty(_output.ToString());
    }

    [Fact]
    public async Task Wrong_configuration_is_65_with_a_line_per_mistake_and_no_usage()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("p.json", """{ "log": { "level": "x", "formt": "json" } }""");

        Assert.Equal(ExitCode.BadConfig, await Invoke("check", "config", "--config", path));
        var lines = _error.ToString().TrimEnd().Split('\n');
        Assert.Collection(lines,
            line => Assert.StartsWith($"meshproxy: {path}:1: log.level is \"x\"; allowed: ", line),
            line => Assert.StartsWith($"meshproxy: {path}:1: log.formt is not a key; did you mean log.format?", line));
    }

    [Theory]
    [InlineData("check --config {0}")]
    [InlineData("check config --config {0}")]
    [InlineData("check --config {0} config")]
    public async Task Config_option_may_stand_before_and_after_the_name_of_the_check(string args)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("p.json", """{ "log": { "level": "debug" } }""");
        Assert.Equal(ExitCode.Ok, await Invoke(string.Format(args, path).Split(' ')));
        Assert.StartsWith("configuration: ok, 1 of ", _output.ToString());
    }

    [Fact]
    public async Task Print_shows_every_key_with_its_origin()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("p.json", "{\n\"log\": { \"level\": \"debug\" } }");
        Assert.Equal(ExitCode.Ok, await Invoke("check", "config", "-c", path, "--print"));
        var printed = System.Text.Json.JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Equal("debug", printed.GetProperty("log.level").GetProperty("value").GetString());
        Assert.Equal($"{path}:2", printed.GetProperty("log.level").GetProperty("from").GetString());
        Assert.Equal("default", printed.GetProperty("log.format").GetProperty("from").GetString());
    }

    [Theory]
    [InlineData("debug", 0, "findings", "configuration: ok, 1 of ")]
    [InlineData("debugg", 65, "errors", "log.level is \"debugg\"; allowed: ")]
    public async Task Json_is_one_object_with_findings_errors_and_exit_code(string level, int code, string member, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("p.json", $$"""{ "log": { "level": "{{level}}" } }""");
        Assert.Equal((ExitCode)code, await Invoke("check", "--config", path, "--json"));
        var report = System.Text.Json.JsonDocument.Parse(Assert.Single(_output.ToString().TrimEnd().Split('\n'))).RootElement;
        Assert.Equal("config", report.GetProperty("check").GetString());
        Assert.Equal(code, report.GetProperty("exitCode").GetInt32());
        Assert.Contains(expected, Assert.Single(report.GetProperty(member).EnumerateArray()).GetString());
        Assert.Empty(_error.ToString());
    }

    [Theory]
    [InlineData("help", "Exit codes:")]
    [InlineData("help check config", "meshproxy check config --print")]
    public async Task Help_may_be_asked_for_by_name(string args, string expected)
    {
        Assert.Equal(ExitCode.Ok, await Invoke(args.Split(' ')));
        Assert.Contains(expected, _output.ToString());
    }

    [Fact]
    public async Task What_is_wrong_is_said_last_where_usage_does_not_scroll_it_away()
    {
        Assert.Equal(ExitCode.Usage, await Invoke("run", "--confg"));
        Assert.Equal("meshproxy: '--confg' is not known here; did you mean --config?", _error.ToString().TrimEnd().Split('\n')[^1]);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("version")]
    public async Task Version_is_the_builds(string args)
    {
        Assert.Equal(ExitCode.Ok, await Invoke(args));
        Assert.Matches(@"^\d+\.\d+\.\d+", _output.ToString());
    }

    [Fact]
    public async Task Shutdown_says_where_it_found_nobody()
    {
        var address = LoopbackAddress.Next();
        Assert.Equal(ExitCode.OperatingSystem, await Invoke("shutdown", "--admin", $"{address}:4191"));
        Assert.StartsWith($"meshproxy: no sidecar answers at {address}:4191: ", _error.ToString());
    }
}
