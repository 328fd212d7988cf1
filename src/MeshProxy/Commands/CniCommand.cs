using System.Collections.Immutable;
using System.CommandLine;

namespace MeshProxy.Commands;

/// <summary>
/// What people do with the CNI plugin. Being the plugin is no command: a container runtime starts the executable with CNI_COMMAND set, and
/// then there is no command line.
/// </summary>
internal sealed class CniCommand : MeshCommand
{
    private readonly ImmutableArray<MeshCommand> _commands;

    public CniCommand(params ImmutableArray<MeshCommand> commands)
        : base("cni", "Put the CNI plugin on this node or take it off. With CNI_COMMAND set, the executable is the plugin.")
    {
        _commands = commands;
        foreach (var command in commands)
            Add(command);
    }

    public override ImmutableArray<Example> Examples => [.. _commands.SelectMany(command => command.Examples)];

    protected override Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled) => Task.FromResult(Fail(
        line, ExitCode.Usage,
        "a container runtime starts the plugin, with CNI_COMMAND set; to put it on this node: meshproxy cni install"));
}
