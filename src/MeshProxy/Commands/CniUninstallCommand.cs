using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Kubernetes.Cni.Install;

namespace MeshProxy.Commands;

/// <summary>The CNI plugin off this node: configuration first, binary last.</summary>
internal sealed class CniUninstallCommand : MeshCommand
{
    private readonly CniOptions _options = new();
    private readonly Option<string> _quiet = CniOptions.Duration("--quiet-for", "CNI_QUIET_FOR", "5s",
        "How long no call may have run before the binary goes: a runtime that read the list before may still be about to start it.");

    private readonly Option<string> _timeout = CniOptions.Duration("--timeout", "CNI_TIMEOUT", "1m", "How long to wait for that.");

    private readonly Option<string> _cache = CniOptions.Text("--cache-dir", "CNI_CACHE_DIR", "/var/lib/cni", "FOLDER",
        "Where the runtime keeps the lists of containers that run, as seen from here.");

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Remove the binary although calls run or containers will be taken down with it: some runtimes then cannot.",
    };

    public CniUninstallCommand()
        : base("uninstall", "Take the CNI plugin off this node: out of every list, then, when nothing needs it any more, the binary.")
    {
        _options.AddTo(this);
        foreach (var option in new Option[] { _quiet, _timeout, _cache, _force })
            Add(option);
    }

    public override ImmutableArray<Example> Examples =>
        [new("meshproxy cni uninstall", "when the DaemonSet has gone for good; pods that are meshed stay so")];

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        var settings = _options.Read(line);
        try
        {
            return await RemoveAsync(line, settings, new NodeRemoval(settings, TimeProvider.System), cancelled);
        }
        catch (UnauthorizedAccessException e)
        {
            return Fail(line, ExitCode.Permission, e.Message);
        }
        catch (IOException e)
        {
            return Fail(line, ExitCode.OperatingSystem, e.Message);
        }
    }

    /// <summary>Lists are looked at again just before the binary goes: somebody may have written one meanwhile.</summary>
    private async Task<ExitCode> RemoveAsync(ParseResult line, InstallSettings settings, NodeRemoval removal, CancellationToken cancelled)
    {
        var output = line.InvocationConfiguration.Output;
        await TakeOutAsync();
        output.WriteLine($"waiting until no call of the plugin has run for {line.GetValue(_quiet)}, {line.GetValue(_timeout)} at most");
        var isQuiet = await removal.WaitForCallsAsync(CniOptions.Duration(line, _quiet), CniOptions.Duration(line, _timeout), cancelled);
        await TakeOutAsync();
        var needed = removal.Naming() is { IsEmpty: false } lists ? $"{lists[0]} names it"
            : line.GetValue(_force) ? null
            : !isQuiet ? "a call still runs"
            : CachedResults.Naming(line.GetValue(_cache)!, settings.PluginName) is { IsEmpty: false } kept
                ? $"{kept.Length} containers will be taken down with it ({kept[0]})"
                : null;
        if (needed is not null)
        {
            var binary = $"{settings.BinaryFolder}/{settings.PluginName}";
            return Fail(line, ExitCode.OperatingSystem, $"{binary} stays: {needed}; try again later, or --force");
        }
        output.WriteLine(removal.RemoveBinary() ? $"removed {settings.BinaryFolder}/{settings.PluginName}" : "there was no binary");
        if (_options.CredentialFolder(line) is { Length: > 0 } folder)
            ApiAccess.Remove(folder);
        return ExitCode.Ok;

        async Task TakeOutAsync()
        {
            foreach (var change in await removal.RemoveConfigurationAsync(cancelled))
                output.WriteLine(change);
        }
    }
}
