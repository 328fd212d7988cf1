using MeshProxy.Demo.Traffic;

namespace MeshProxy.Demo.Stage;

/// <summary>A <see cref="TrafficProcess"/> seen from the demo.</summary>
internal sealed class TrafficChild : IDisposable
{
    private readonly DemoProcess _process;
    private readonly TaskCompletionSource _listening;

    private TrafficChild(DemoProcess process, TaskCompletionSource listening) => (_process, _listening) = (process, listening);

    /// <param name="reported">Called with every tally, on a pool thread.</param>
    public static TrafficChild Start(string executable, string space, string side, Action<TallyReport> reported)
    {
        var listening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = DemoProcess.Start(space, DemoMap.ApplicationUser, executable, ["demo", "traffic", side], line =>
        {
            if (line == TrafficProcess.Listening)
                listening.TrySetResult();
            else if (TallyReport.TryParse(line, out var report))
                reported(report);
        });
        return new TrafficChild(process, listening);
    }

    public async Task ListeningAsync(CancellationToken cancelled)
    {
        await Task.WhenAny(_listening.Task, _process.WaitForSuccessAsync(cancelled)).Unwrap();
        ThrowIfEnded();
    }

    /// <summary>Lets its clients go. Their servers should listen by then.</summary>
    public void Go() => _process.Say(TrafficProcess.Go);

    public void ThrowIfEnded()
    {
        if (_process.HasExited)
            throw _process.Failed();
    }

    public void Dispose() => _process.Dispose();
}
