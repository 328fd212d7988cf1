using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Admin;
using MeshProxy.Cni;
using MeshProxy.Configuration;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Cni.Install;
using MeshProxy.Kubernetes.Cni.Repair;
using MeshProxy.Netfilter;
using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Sockets;
using MeshProxy.Values;

namespace MeshProxy.Commands;

/// <summary>
/// The CNI plugin on this node, put there and kept there, until SIGTERM, which leaves it: new pods wait for it rather than start unmeshed.
/// </summary>
internal sealed class CniInstallCommand : MeshCommand
{
    private readonly CniOptions _options = new();
    private readonly Option<string> _placement = CniOptions.Text("--placement", "CNI_PLACEMENT", "list", "WHERE",
        "'list': into the list the runtime uses. 'drop-in': into the folder of the network's name beside it, for runtimes with CNI 1.1"
        + " (containerd 2.1).");

    private readonly Option<string> _logFile = CniOptions.Text("--log-file", "CNI_LOG_FILE", "", "FILE",
        "A file of the node for the plugin to write to, besides the runtime's own log; it keeps two of 1 MiB.");

    private readonly Option<string> _poll = CniOptions.Duration("--poll", "CNI_POLL", "10s", "How often to look where no event says so.");

    private readonly Option<string> _admin = CniOptions.Text("--admin", "CNI_ADMIN", "[::]:4191", "IP:PORT",
        "Where /ready, /live and /metrics are answered; [::] is IPv4 too.");

    private readonly Option<string> _node = CniOptions.Text("--node", "CNI_NODE_NAME", "", "NAME",
        "Repair the pods of this node (spec.nodeName) that started without the plugin, asking the API server for them; without it, none.");

    private readonly Option<string> _proc = CniOptions.Text("--proc", "CNI_PROC", "/proc", "FOLDER",
        "The node's /proc, for repairs: the pod needs hostPID, or a mount of it.");

    public CniInstallCommand()
        : base("install", "Put the CNI plugin on this node and keep it there, until SIGTERM, which leaves it in place.")
    {
        _placement.Validators.Add(given =>
        {
            if (!ChoiceText.TryParse<ListPlacement>(given.GetValueOrDefault<string>()!, out _, out var error))
                given.AddError($"--placement: {error}");
        });
        _admin.Validators.Add(given =>
        {
            if (!SocketEndpoint.TryParse(given.GetValueOrDefault<string>() ?? "", out _))
            {
                given.AddError(
                    $"--admin is '{given.GetValueOrDefault<string>()}'; allowed: an address with a port, such as 0.0.0.0:4191 or [::]:4191");
            }
        });
        _options.AddTo(this);
        foreach (var option in new[] { _placement, _logFile, _poll, _admin, _node, _proc })
            Add(option);
    }

    public override ImmutableArray<Example> Examples =>
    [
        new("meshproxy cni install", "as a DaemonSet with the node's two folders mounted where they are on the node"),
        new("CNI_BIN_DIR=/host/bin CNI_CONF_DIR=/host/net.d meshproxy cni install", "with them mounted elsewhere"),
    ];

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        if (!TryRead(line, out var settings, out var unusable))
            return Fail(line, ExitCode.BadConfig, unusable);
        var installation = new NodeInstallation(settings, TimeProvider.System);
        if (installation.Refusal() is { } refusal)
            return Fail(line, ExitCode.Permission, refusal);
        SocketEndpoint.TryParse(line.GetValue(_admin)!, out var admin);
        var poll = CniOptions.Duration(line, _poll);
        var node = line.GetValue(_node)!;
        var repair = node.Length == 0 ? null : new RepairSettings(node, line.GetValue(_proc)!, poll);
        var listen = new AdminSettings(AnyAddress.Listeners(admin), AdminPage.All);
        await using var installer = new CniInstaller(installation, settings, listen, poll, repair);
        try
        {
            await installer.StartAsync();
        }
        catch (ListenException refused)
        {
            var code = refused.Error is Errno.EACCES or Errno.EPERM ? ExitCode.Permission : ExitCode.OperatingSystem;
            return Fail(line, code, refused.Message);
        }
        await installer.RunUntilStoppedAsync();
        return ExitCode.Ok;
    }

    private bool TryRead(ParseResult line, out InstallSettings settings, out string error)
    {
        error = "";
        ChoiceText.TryParse<ListPlacement>(line.GetValue(_placement)!, out var placement, out _);
        var file = line.GetValue(_logFile)!;
        settings = _options.Read(line) with { Placement = placement, LogFile = file.Length > 0 ? file : null };
        var folder = _options.CredentialFolder(line);
        if (folder.Length == 0)
            return true;
        if (!ServiceAccount.InCluster().Has(out var server, out var failure))
        {
            error = $"--api-dir: {failure.Cause}";
            return false;
        }
        var own = ServiceAccount.OwnNamespace() ?? "";
        settings = settings with { Api = new ApiAccess(server.Address, folder, ServiceAccount.Folder, own) };
        return true;
    }
}
