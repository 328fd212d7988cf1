using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Configuration;
using MeshProxy.Lifecycle;
using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Commands;

/// <summary>The sidecar, from a valid configuration to the end of its drain.</summary>
internal sealed class RunCommand : MeshCommand
{
    /// <summary>Of malloc: one, and another for whoever finds that in use.</summary>
    private const int Arenas = 2;

    private readonly ConfigOption _config = new();

    private readonly StopRequest _stop;
    private readonly SignalHandlers? _signals;

    /// <param name="signals">Those that the process has made already; null makes them when the command runs.</param>
    public RunCommand(StopRequest stop, SignalHandlers? signals)
        : base("run", "Be the sidecar: accept redirected connections and relay them, until SIGTERM.")
    {
        (_stop, _signals) = (stop, signals);
        Add(_config);
    }

    public override ImmutableArray<Example> Examples =>
    [
        new("meshproxy run", "with proxy.config.json if it is here, else with the defaults"),
        new("meshproxy run --config /etc/meshproxy/proxy.config.json", "with a file, which is watched for changes"),
        new("MESHPROXY_LOG__LEVEL=debug meshproxy run", "with one key given by the environment"),
    ];

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        // Before the threads that it is about.
        NativeHeap.LimitArenas(Arenas);
        using var signals = _signals ?? new SignalHandlers(_stop);
        var file = ConfigFile.FromOption(line.GetValue(_config));
        var loader = ConfigLoader.ForProcess();
        var result = loader.Load(file);
        if (!result.IsValid)
            return Fail(line, ExitCode.BadConfig, result.Errors.Select(error => error.ToString()));
        await using var sidecar = new Sidecar(file, loader, result.Config, _stop, signals);
        try
        {
            await sidecar.StartAsync();
        }
        catch (ListenException refused)
        {
            var code = refused.Error is Errno.EACCES or Errno.EPERM ? ExitCode.Permission : ExitCode.OperatingSystem;
            return Fail(line, code, refused.Message);
        }
        await sidecar.RunUntilStoppedAsync();
        return ExitCode.Ok;
    }
}
