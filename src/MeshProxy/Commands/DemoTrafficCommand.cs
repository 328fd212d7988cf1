using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Demo.Traffic;

namespace MeshProxy.Commands;

/// <summary>The servers and clients of one side of the demo, which starts this inside the side's namespace. Nothing for people.</summary>
internal sealed class DemoTrafficCommand : MeshCommand
{
    private readonly Argument<string> _side =
        new Argument<string>("side").AcceptOnlyFromAmong(TrafficSide.PodName, TrafficSide.OutsideName);

    public DemoTrafficCommand()
        : base("traffic", "Be the servers and clients of one side of the demo.")
    {
        Hidden = true;
        Add(_side);
    }

    public override ImmutableArray<Example> Examples => [];

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        var side = line.GetValue(_side) == TrafficSide.PodName ? TrafficSide.Pod() : TrafficSide.Outside();
        await new TrafficProcess(side, Console.In, Console.Out).RunAsync(cancelled);
        return ExitCode.Ok;
    }
}
