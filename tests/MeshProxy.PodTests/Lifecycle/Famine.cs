using System.Diagnostics;
using System.Globalization;
using System.Net;
using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Lifecycle;

/// <summary>
/// Newcomers of a shortage, of whom every one is to be accounted for: served, or told with a reset or 503. What became of them, and how
/// soon the next one is served, is told to docs/reliability.md.
/// </summary>
internal sealed class Famine(Mesh mesh) : IDisposable
{
    /// <summary>From the end of the shortage to the first new connection served; on a machine that others use too.</summary>
    private static readonly TimeSpan RecoveryBound = TimeSpan.FromSeconds(3);

    /// <summary>Cores, of one quiet interval while newcomers wait. It needs a tenth of that.</summary>
    private const double IdleShare = 0.1;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly List<Newcomer> _newcomers = [];
    private double _share;

    public IReadOnlyList<Newcomer> Newcomers => _newcomers;

    public IEnumerable<Newcomer> Served => _newcomers.Where(newcomer => newcomer.IsServed);

    /// <summary>They come one after the other, and are not waited for.</summary>
    public async Task ComeAsync(int count, IPEndPoint destination, string words = Newcomer.Request)
    {
        for (var i = 0; i < count; i++)
        {
            var newcomer = new Newcomer(mesh.Plain, destination, words);
            _newcomers.Add(newcomer);
            await newcomer.ToldAsync();
        }
    }

    /// <summary>The sidecar hardly runs while newcomers are there for whom there is nothing.</summary>
    /// <param name="come">A few more of them, for those that were there have been turned away.</param>
    public async Task IsIdleAsync(Func<Task> come)
    {
        var shares = new List<double>();
        await Bound.UntilAsync(
            async () =>
            {
                await come();
                shares.Add(_share = await mesh.Sidecar.Process.CpuShareAsync(Interval));
                return _share <= IdleShare;
            },
            Bound.Start,
            () => $"no idle interval: {string.Join(", ", shares)} cores");
    }

    /// <summary>The shortage ends, and a new connection is served in time.</summary>
    /// <returns>How long that took, from before the shortage's end.</returns>
    public async Task<TimeSpan> EndAsync(Func<Task> end, IPEndPoint destination)
    {
        var began = Stopwatch.GetTimestamp();
        await end();
        do
            await ComeAsync(1, destination);
        while (await _newcomers[^1].End is NewcomerEnd.Reset or NewcomerEnd.Refused && Stopwatch.GetElapsedTime(began) < RecoveryBound);
        var recovery = Stopwatch.GetElapsedTime(began);
        Assert.True(_newcomers[^1].IsServed, $"the next one was not served: {await _newcomers[^1].End}");
        Assert.InRange(recovery, TimeSpan.Zero, RecoveryBound);
        return recovery;
    }

    public Task<NewcomerEnd[]> EndsAsync() => Task.WhenAll(_newcomers.Select(newcomer => newcomer.End));

    /// <summary>Those of whom nothing has become yet say the rest.</summary>
    public async Task SayAsync(string more)
    {
        foreach (var newcomer in _newcomers.Where(newcomer => !newcomer.End.IsCompleted))
            await newcomer.SayAsync(more);
    }

    /// <summary>Those that were served and stayed are whole.</summary>
    public async Task GoOnAsync()
    {
        foreach (var newcomer in Served)
            await newcomer.AskAgainAsync();
    }

    /// <summary>Each goes as soon as it is served, so that there is room for the rest.</summary>
    public Task DisperseAsync()
    {
        _newcomers.ForEach(newcomer => newcomer.End.ContinueWith(_ => newcomer.Leave(), TaskScheduler.Default));
        return Task.CompletedTask;
    }

    public Task FirstLeavesAsync()
    {
        _newcomers[0].Leave();
        _newcomers.RemoveAt(0);
        return Task.CompletedTask;
    }

    /// <summary>None is lost, and none saw an end that nobody made.</summary>
    public async Task AccountAsync()
    {
        var ends = await EndsAsync();
        Assert.DoesNotContain(NewcomerEnd.Forged, ends);
        Assert.DoesNotContain(NewcomerEnd.Lost, ends);
    }

    public async Task AccountAsync(string shortage, FormattableString established, TimeSpan recovery)
    {
        await AccountAsync();
        var ends = string.Join(", ", (await EndsAsync()).CountBy(end => end).OrderBy(end => end.Key).Select(Text));
        ReliabilityReport.Row("famine", shortage, established, $"{ends}", $"{_share:0.00} cores", $"{recovery.TotalSeconds:0.00} s");
    }

    public void Dispose() => _newcomers.ForEach(newcomer => newcomer.Dispose());

    private static string Text(KeyValuePair<NewcomerEnd, int> ends) => string.Create(
        CultureInfo.InvariantCulture,
        $"{ends.Value:N0} {(ends.Key == NewcomerEnd.Refused ? "answered with 503" : ends.Key == NewcomerEnd.Reset ? "reset" : "served")}");
}
