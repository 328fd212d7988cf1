using System.Globalization;
using System.Text.RegularExpressions;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Demo;

/// <summary>The demo shows what it promises, and leaves nothing behind however it ends.</summary>
public sealed partial class DemoTests : IDisposable
{
    // Inherited by every process the demo starts, whatever they become.
    private const string Mark = "STARTED_BY_TEST";
    private readonly string _mark = Guid.NewGuid().ToString();

    // A place to start it from, whose own network would show if the demo touched it.
    private readonly NetworkNamespace? _place = PodRequirements.Missing() is null ? NetworkNamespace.Create("demo") : null;

    [PodFact]
    public async Task Traffic_of_every_kind_passes_and_nothing_is_left()
    {
        using var demo = Start("--seconds", "4");

        Assert.Equal(0, await demo.ExitAsync(Bound.Work));

        var table = demo.Output[demo.Output.LastIndexOf("sidecar:", StringComparison.Ordinal)..].Split('\n');
        foreach (var line in new[] { "HTTP/1.1", "the server spoke first", "a port marked opaque" })
            Assert.Contains(table, shown => shown.Contains(line, StringComparison.Ordinal) && Sum(shown) > 0);
        Assert.All(table, shown => Assert.True(shown.Length < 80, $"wider than a terminal: {shown}"));
        Assert.All(table.Where(shown => shown.EndsWith("failed", StringComparison.Ordinal)), shown => Assert.EndsWith(" 0 failed", shown));
        AssertNothingLeft(demo.Id);
    }

    /// <summary>By the address that it prints, from where it was started, without entering a namespace.</summary>
    [PodFact("curl")]
    public async Task Its_page_is_reached_by_a_browser_beside_it()
    {
        using var demo = Start();
        await demo.SeeAsync("inbound open=", Bound.Start);
        var address = Address().Match(demo.Output).Value;

        var (exitCode, page) = await PodProcess.RunAsync(
            _place!, new PodCommand("curl", "-fsS", "--max-time", "10", "--header", "Accept: text/html", address));

        Assert.Equal(0, exitCode);
        Assert.Contains("<title>", page, StringComparison.Ordinal);
        demo.Send(Signal.Interrupt);
        Assert.Equal(0, await demo.ExitAsync(Bound.Exchange));
        AssertNothingLeft(demo.Id);
    }

    [PodTheory]
    [InlineData("Interrupt")]
    [InlineData("Terminate")]
    public async Task Ended_by_a_signal_it_cleans_up(string signal)
    {
        using var demo = Start();
        await demo.SeeAsync("inbound open=", Bound.Start);

        demo.Send(Enum.Parse<Signal>(signal));

        Assert.Equal(0, await demo.ExitAsync(Bound.Exchange));
        AssertNothingLeft(demo.Id);
    }

    [PodFact]
    public async Task Interrupted_while_it_is_set_up_it_cleans_up()
    {
        using var demo = Start();
        await Bound.UntilAsync(() => Task.FromResult(Left(demo.Id).Any()), Bound.Start, () => "no namespace was made");

        demo.Send(Signal.Interrupt);

        Assert.Equal(0, await demo.ExitAsync(Bound.Exchange));
        AssertNothingLeft(demo.Id);
    }

    [PodFact]
    public async Task What_a_killed_demo_left_the_next_one_removes()
    {
        using var killed = Start();
        await killed.SeeAsync("inbound open=", Bound.Start);
        killed.Send(Signal.Kill);
        await killed.ExitAsync(Bound.Exchange);
        Assert.NotEmpty(Left(killed.Id));

        using var next = Start("--seconds", "1");

        Assert.Equal(0, await next.ExitAsync(Bound.Work));
        AssertNothingLeft(killed.Id);
        AssertNothingLeft(next.Id);
    }

    [PodFact]
    public async Task Without_root_it_says_what_it_needs()
    {
        var (exitCode, output) = await PodProcess.RunAsync(_place!, new PodCommand(MeshProxyExecutable.Path, "demo"));

        Assert.Equal(77, exitCode);
        Assert.Contains("root", output, StringComparison.Ordinal);
    }

    public void Dispose() => _place?.Dispose();

    private PodProcess Start(params string[] arguments) => PodProcess.Start(
        _place!, new PodCommand(MeshProxyExecutable.Path, ["demo", .. arguments])
        {
            User = null,
            Environment = new Dictionary<string, string> { [Mark] = _mark },
        });

    private static int Sum(string line) => line
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Sum(word => int.TryParse(word, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? number : 0);

    private void AssertNothingLeft(int demo)
    {
        Assert.Empty(Left(demo));
        Assert.DoesNotContain(Directory.GetDirectories("/proc"), CarriesMark);
    }

    /// <summary>Namespaces and folders of a demo.</summary>
    private static IEnumerable<string> Left(int demo) =>
        new[] { "/run/netns", Path.GetTempPath() }.SelectMany(folder => Directory.GetFileSystemEntries(folder, Prefix(demo) + "*"));

    private bool CarriesMark(string processFolder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(processFolder, "environ")).Contains($"{Mark}={_mark}", StringComparison.Ordinal);
        }
        catch (Exception noProcess) when (noProcess is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/(?=\s*$)", RegexOptions.Multiline)]
    private static partial Regex Address();

    private static string Prefix(int demo) => string.Create(CultureInfo.InvariantCulture, $"meshproxy-demo-{demo}-");
}
