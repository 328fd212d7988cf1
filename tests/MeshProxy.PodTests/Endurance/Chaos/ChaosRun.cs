using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Endurance.Chaos;

/// <summary>Does to the mesh what a plan says, when it says so. Each step has happened, and is over, before the next begins.</summary>
internal sealed class ChaosRun(Mesh mesh, SoakSide[] sides, ChaosConfig config)
{
    /// <summary>Every twentieth to every fifth packet, each way, as <see cref="ChaosStep.Choice"/> says.</summary>
    private const int LeastLoss = 5;
    private const int MostLoss = 20;

    private readonly IUpstream[] _upstreams = [.. sides.SelectMany(side => side.Upstreams)];

    public List<ChaosStep> Steps { get; } = [];

    public int Done(Disturbance kind) => Steps.Count(step => step.Kind == kind);

    public async Task RunAsync(IEnumerable<ChaosStep> plan, CancellationToken over)
    {
        var began = TimeProvider.System.GetTimestamp();
        foreach (var step in plan)
        {
            var early = step.At - TimeProvider.System.GetElapsedTime(began);
            await Task.Delay(early > TimeSpan.Zero ? early : TimeSpan.Zero, CancellationToken.None);
            if (over.IsCancellationRequested)
                return;
            Steps.Add(step);
            await DisturbAsync(step);
        }
    }

    private async Task DisturbAsync(ChaosStep step)
    {
        try
        {
            await (step.Kind switch
            {
                Disturbance.Reload => config.ChangeAsync(mesh.Sidecar, step.Choice),
                Disturbance.Pause => PauseAsync(step.Lasts),
                Disturbance.ConntrackFlush => ForgetAsync(),
                Disturbance.Loss => LoseAsync(step),
                Disturbance.UpstreamRestart => _upstreams[step.Choice % _upstreams.Length].RestartAsync(),
                _ => throw new InvalidOperationException($"nobody knows how to do {step.Kind}"),
            });
        }
        catch (Exception failed)
        {
            throw new InvalidOperationException($"{step.Kind} at {step.At} failed: {failed.Message}", failed);
        }
    }

    private async Task PauseAsync(TimeSpan time)
    {
        mesh.Sidecar.Process.Send(Signal.Stop);
        await Task.Delay(time);
        mesh.Sidecar.Process.Send(Signal.Continue);
    }

    private async Task ForgetAsync()
    {
        Func<Task> deed = FlushAsync;
        foreach (var side in sides)
        {
            var inner = deed;
            deed = () => side.ForgetAsync(inner);
        }
        await deed();
    }

    private async Task FlushAsync()
    {
        var (exitCode, output) = await PodProcess.RunAsync(mesh.App.Namespace, new PodCommand("conntrack", "-F") { User = null });
        if (exitCode != 0)
            throw new InvalidOperationException(output);
    }

    private async Task LoseAsync(ChaosStep step)
    {
        mesh.Network.Lose(LeastLoss + step.Choice % (MostLoss - LeastLoss + 1));
        await Task.Delay(step.Lasts);
        mesh.Network.LoseNothing();
    }
}
