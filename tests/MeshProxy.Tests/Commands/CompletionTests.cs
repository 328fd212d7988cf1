using System.Diagnostics;

namespace MeshProxy.Tests.Commands;

/// <summary>What bash offers after TAB, with the script that the executable prints.</summary>
public sealed class CompletionTests
{
    /// <summary>Fills what bash fills when TAB is pressed at the end of a line, and asks the function that it would ask.</summary>
    private const string Tab = """
        source <(meshproxy completion bash)
        [[ $(complete -p meshproxy) == *"-F _meshproxy meshproxy" ]] || exit 1
        COMP_LINE=$1 COMP_POINT=${#1}
        read -ra COMP_WORDS <<<"$1"
        [[ $1 == *" " ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _meshproxy
        echo "${COMPREPLY[*]}"
        """;

    [Theory]
    [InlineData("meshproxy in", "init inject")]
    [InlineData("meshproxy unin", "uninject")]
    [InlineData("meshproxy check ", "cluster config net pod")]
    [InlineData("meshproxy check con", "config")]
    [InlineData("meshproxy init --skip-o", "--skip-outbound-ports --skip-outbound-subnets")]
    [InlineData("meshproxy inject app.yaml --in", "--in-place")]
    [InlineData("meshproxy completion ", "bash fish zsh")]
    [InlineData("meshproxy nothing-like-it", "")]
    public async Task Bash_offers_what_may_come_next(string line, string offered)
    {
        var answer = await InBashAsync(Tab, line);
        Assert.Equal((0, offered + "\n", ""), answer);
    }

    /// <summary>Offering options there would hide the files, which bash completes itself when nothing is offered.</summary>
    [Fact]
    public async Task Names_of_files_are_left_to_the_shell() => Assert.Equal((0, "\n", ""), await InBashAsync(Tab, "meshproxy inject "));

    [Theory]
    [InlineData("zsh", "compdef _meshproxy meshproxy")]
    [InlineData("fish", "complete --command meshproxy")]
    public async Task Other_shells_have_a_script(string shell, string contained)
    {
        var (code, script, _) = await BuiltExecutable.RunAsync("completion", shell);
        Assert.Equal(0, code);
        Assert.Contains(contained, script);
    }

    [Fact]
    public async Task Shell_that_is_not_known_is_answered_with_those_that_are()
    {
        var (code, _, errors) = await BuiltExecutable.RunAsync("completion", "tcsh");
        Assert.Equal(64, code);
        Assert.EndsWith("meshproxy: SHELL is 'tcsh'; allowed: bash, zsh, fish\n", errors);
    }

    private static Task<(int Code, string Output, string Errors)> InBashAsync(string script, string argument)
    {
        var start = new ProcessStartInfo("bash", ["--norc", "-c", script, "bash", argument]);
        start.Environment["PATH"] = $"{Path.GetDirectoryName(BuiltExecutable.Path)}:{Environment.GetEnvironmentVariable("PATH")}";
        return BuiltExecutable.RunAsync(start);
    }
}
