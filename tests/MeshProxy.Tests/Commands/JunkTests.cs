using System.Text.RegularExpressions;

namespace MeshProxy.Tests.Commands;

/// <summary>Every option of a command that ends by itself, with a value that none of them can take.</summary>
public sealed partial class JunkTests
{
    private const string Junk = "!junk!";

    /// <summary>
    /// An exit code of the table and never a stack trace. Not always a refusal: a file or a namespace may have any name, and some options
    /// are for what a command does not come to here.
    /// </summary>
    [Theory]
    [InlineData("run")]
    [InlineData("init --dry-run")]
    [InlineData("demo")]
    [InlineData("check net")]
    [InlineData("check cluster")]
    [InlineData("inject -")]
    [InlineData("uninject -")]
    [InlineData("check pod /dev/null")]
    [InlineData("webhook")]
    [InlineData("webhook certificate")]
    [InlineData("await")]
    [InlineData("shutdown")]
    public async Task Value_that_makes_no_sense_is_answered_in_words(string command)
    {
        var words = command.Split(' ');
        var (_, help, _) = await BuiltExecutable.RunAsync([.. words.TakeWhile(word => word[0] is not ('-' or '/')), "--help"]);
        foreach (var option in OptionWithValue().Matches(help).Select(match => match.Groups["name"].Value).Distinct())
        {
            var (code, _, errors) = await BuiltExecutable.RunAsync([.. words, option, Junk]);
            Assert.True(code is 0 or 64 or 65 or 69 or 71 or 77 or 95, $"{command} {option} {Junk} ended with {code}: {errors}");
            Assert.DoesNotContain("   at ", errors);
            Assert.DoesNotContain("Unhandled", errors);
        }
    }

    [Theory]
    [InlineData("inject")]
    [InlineData("uninject")]
    public async Task Unknown_option_is_not_taken_for_a_file(string command)
    {
        var (code, _, errors) = await BuiltExecutable.RunAsync(command, "--in-plcae", "-");
        Assert.Equal(64, code);
        Assert.Contains("'--in-plcae' is not an option here", errors);
    }

    [GeneratedRegex(@"^  (?:-\w, )?(?<name>--[a-z0-9-]+) <", RegexOptions.Multiline)]
    private static partial Regex OptionWithValue();
}
