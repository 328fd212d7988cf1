namespace MeshProxy.Demo.Traffic;

/// <summary>
/// One side's servers and clients, in a process of their own inside that side's namespace. It says when its servers listen, waits for a
/// word before its clients start, then reports every tally once a second; and it ends with its standard input,
/// so that it never outlives the demo.
/// </summary>
internal sealed class TrafficProcess(TrafficSide side, TextReader input, TextWriter output)
{
    public const string Listening = "listening";
    public const string Go = "go";

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancelled)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        foreach (var server in side.Servers)
            server.Start(end.Token);
        await output.WriteLineAsync(Listening);
        if (await input.ReadLineAsync(cancelled) != Go)
            return;
        var work = Task.WhenAll([ReportAsync(end.Token), .. side.Clients.Select(client => client.RunAsync(end.Token))]);
        await Task.WhenAny(work, input.ReadLineAsync(cancelled).AsTask());
        await end.CancelAsync();
    }

    private async Task ReportAsync(CancellationToken cancelled)
    {
        using var clock = new PeriodicTimer(ReportInterval);
        while (await clock.WaitForNextTickAsync(cancelled))
        {
            foreach (var client in side.Clients)
                await output.WriteLineAsync(client.Tally.Report().ToString());
            await output.FlushAsync(cancelled);
        }
    }
}
