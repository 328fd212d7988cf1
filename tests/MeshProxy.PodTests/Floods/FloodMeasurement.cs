using System.Globalization;
using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Floods;

/// <summary>
/// One attack beside good traffic: what it cost, and that nothing of it is left. Begin it, attack, take <see cref="PeakAsync"/> while all
/// attackers are there, and <see cref="EndAsync"/>.
/// </summary>
internal sealed class FloodMeasurement : IAsyncDisposable
{
    /// <summary>What good traffic costs the sidecar is measured for so long, and taken off what it spends during the attack.</summary>
    private static readonly TimeSpan Calibration = TimeSpan.FromMilliseconds(500);

    /// <summary>Connections that honest clients keep for their next request.</summary>
    private const int KeptByGood = 4;

    /// <summary>Seconds; below, the hundredths that the kernel counts in say nothing.</summary>
    private const double LeastCpu = 0.05;

    private readonly Sidecar _sidecar;
    private readonly GoodTraffic _good;
    private readonly long _goodBefore;
    private readonly double _cpuBefore;
    private readonly double _secondsPerGood;
    private readonly ProcessSample _before;
    private double _peakMiB;

    private FloodMeasurement(Sidecar sidecar, GoodTraffic good, double secondsPerGood, ProcessSample before)
    {
        (_sidecar, _good, _secondsPerGood, _before) = (sidecar, good, secondsPerGood, before);
        (_goodBefore, _cpuBefore, _peakMiB) = (good.Done, CpuTime.OfProcess(sidecar.Process.Id), before.ResidentMiB);
    }

    public static async Task<FloodMeasurement> BeginAsync(FloodFixture fixture)
    {
        var good = new GoodTraffic(fixture.Side);
        var sidecar = fixture.Mesh.Sidecar;
        await good.GoesOnAsync(20);
        var (done, cpu) = (good.Done, CpuTime.OfProcess(sidecar.Process.Id));
        await Task.Delay(Calibration);
        var perGood = (CpuTime.OfProcess(sidecar.Process.Id) - cpu) / Math.Max(1, good.Done - done);
        return new FloodMeasurement(sidecar, good, perGood, await ProcessSample.TakeAsync(sidecar, 0));
    }

    public async Task PeakAsync() => _peakMiB = Math.Max(_peakMiB, (await ProcessSample.TakeAsync(_sidecar, 0)).ResidentMiB);

    /// <summary>Good traffic had no failure, and of the attack no connection and no descriptor is left.</summary>
    /// <param name="isHeld">All connections were there at a time, so that each can be said to hold its share.</param>
    /// <param name="gone">How long the last attacker held on, from when it had begun.</param>
    /// <param name="attackerCpu">Seconds the attackers spent.</param>
    public async Task EndAsync(string name, int connections, bool isHeld, TimeSpan gone, double attackerCpu)
    {
        var spent = CpuTime.OfProcess(_sidecar.Process.Id) - _cpuBefore - (_good.Done - _goodBefore) * _secondsPerGood;
        await PeakAsync();
        await _good.StopAsync();
        await NothingLeftAsync();
        var grown = Math.Max(0, _peakMiB - _before.ResidentMiB);
        var memory = isHeld ? Text(grown * 1024 / connections) + " KiB each" : Text(grown) + " MiB in all";
        var amplification = attackerCpu < LeastCpu ? "too little to tell" : Text(Math.Max(0, spent) / attackerCpu) + " ×";
        ReliabilityReport.Row(
            "floods", name, $"{connections:N0}", $"{_good.Done:N0} of {_good.Done:N0}", $"{_good.Slowest.TotalMilliseconds:0} ms",
            $"{gone.TotalSeconds:0.00} s", $"{memory}", $"{amplification}");
    }

    public ValueTask DisposeAsync() => _good.DisposeAsync();

    private static string Text(double number) => number.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>But for what the honest clients keep.</summary>
    private async Task NothingLeftAsync()
    {
        ProcessSample now = default;
        await Bound.UntilAsync(
            async () => (now = await ProcessSample.TakeAsync(_sidecar, 0)).Open <= KeptByGood
                && now.Descriptors <= _before.Descriptors + 2 * KeptByGood,
            Bound.Start,
            () => $"the sidecar still holds something: {now}, {_before} before");
        Assert.False(_sidecar.Process.HasExited, _sidecar.Process.Describe());
    }
}
