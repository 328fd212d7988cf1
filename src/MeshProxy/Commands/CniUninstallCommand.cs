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

    private readonly Option<string> _timeout = CniOptions.Duration("--timeout", "CNI_TIMEOUT", "1m",
        "After that the binary goes all the same.");

    public CniUninstallCommand()
        : base("uninstall", "Take the CNI plugin off this node: out of every list, then, when no call runs any more, the binary.")
    {
        _options.AddTo(this);
        Add(_quiet);
        Add(_timeout);
    }

    public override ImmutableArray<Example> Examples =>
        [new("meshproxy cni uninstall", "when the DaemonSet has gone for good; pods that are meshed stay so")];

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        var output = line.InvocationConfiguration.Output;
        var settings = _options.Read(line);
        var removal = new NodeRemoval(settings, TimeProvider.System);
        try
        {
            foreach (var change in removal.RemoveConfiguration())
                output.WriteLine(change);
            output.WriteLine($"waiting until no call of the plugin has run for {line.GetValue(_quiet)}, {line.GetValue(_timeout)} at most");
            if (!await removal.WaitForCallsAsync(CniOptions.Duration(line, _quiet), CniOptions.Duration(line, _timeout), cancelled))
                output.WriteLine("a call of the plugin still runs; its binary goes all the same");
            output.WriteLine(removal.RemoveBinary() ? $"removed {settings.BinaryFolder}/{settings.PluginName}" : "there was no binary");
            if (_options.CredentialFolder(line) is { Length: > 0 } folder)
                ApiAccess.Remove(folder);
            return ExitCode.Ok;
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
}
