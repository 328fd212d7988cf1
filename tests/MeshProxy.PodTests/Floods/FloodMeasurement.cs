using MeshProxy.PodTests.Endurance;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Floods;

/// <summary>
/// One attack beside good traffic: what it cost, and that nothing of it is left. Begin it, attack, and <see cref="EndAsync"/>.
/// </summary>
internal sealed class FloodMeasurement : IAsyncDisposable
{
    /// <summary>
    /// What good traffic costs the sidecar is the median of so many slices after the attack, and is taken off what it spent during it. Not
    /// of slices before: code that has just started is dearer, and would hide what the attack cost.
    /// </summary>
    private const int Slices = 5;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(100);

    /// <summary>Connections that honest clients keep for their next request.</summary>
    private const int KeptByGood = 4;

    private readonly Sidecar _sidecar;
    private readonly GoodTraffic _good;
    private readonly long _goodBefore;
    private readonly double _cpuBefore;
    private readonly ProcessSample _before;
    private readonly MemoryPeak _peak;

    private FloodMeasurement(Sidecar sidecar, GoodTraffic good, ProcessSample before)
    {
        (_sidecar, _good, _before) = (sidecar, good, before);
        (_goodBefore, _cpuBefore, _peak) = (good.Done, CpuTime.OfProcess(sidecar.Process.Id), new MemoryPeak(sidecar.Process.Id));
    }

    public static async Task<FloodMeasurement> BeginAsync(FloodFixture fixture)
    {
        var good = new GoodTraffic(fixture.Side);
        var sidecar = fixture.Mesh.Sidecar;
        await good.GoesOnAsync(20);
        return new FloodMeasurement(sidecar, good, await ProcessSample.TakeAsync(sidecar, 0));
    }

    /// <summary>
    /// Good traffic had no failure, of the attack no connection and no descriptor is left, and it cost neither more CPU nor more memory
    /// than it may.
    /// </summary>
    /// <param name="gone">How long the last attacker held on, from when it had begun.</param>
    /// <param name="attackerCpu">Seconds the attackers spent.</param>
    public async Task EndAsync(Attack attack, TimeSpan gone, double attackerCpu)
    {
        var (spent, good) = (CpuTime.OfProcess(_sidecar.Process.Id) - _cpuBefore, _good.Done - _goodBefore);
        var peak = await _peak.EndAsync();
        spent -= good * await SecondsPerGoodAsync();
        await _good.StopAsync();
        await NothingLeftAsync();
        var (cpu, memory) = (new CpuBill(attack, spent, attackerCpu), new MemoryBill(attack, Math.Max(0, peak - _before.DataMiB)));
        ReliabilityReport.Row(
            "floods", attack.Name, $"{attack.Connections:N0}", $"{_good.Done:N0} of {_good.Done:N0}",
            $"{_good.Slowest.TotalMilliseconds:0} ms", $"{gone.TotalSeconds:0.00} s", $"{memory}", $"{cpu}");
        cpu.Check();
        memory.Check();
    }

    public async ValueTask DisposeAsync()
    {
        await _peak.EndAsync();
        await _good.DisposeAsync();
    }

    private async Task<double> SecondsPerGoodAsync()
    {
        var slices = new double[Slices];
        for (var i = 0; i < Slices; i++)
        {
            var (done, cpu) = (_good.Done, CpuTime.OfProcess(_sidecar.Process.Id));
            await Task.Delay(Slice);
            slices[i] = (CpuTime.OfProcess(_sidecar.Process.Id) - cpu) / Math.Max(1, _good.Done - done);
        }
        return slices.Order().ElementAt(Slices / 2);
    }

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
