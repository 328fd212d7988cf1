using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Configuration.Keys;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Commands;

/// <summary>Where the commands that speak to this pod's sidecar find it.</summary>
internal sealed class AdminOption : Option<string>
{
    public AdminOption()
        : base("--admin")
    {
        Description = "Where the sidecar's admin port is, on loopback.";
        HelpName = "IP:PORT";
        DefaultValueFactory = _ =>
            $"127.0.0.1:{((ConfigValue<ImmutableArray<SocketEndpoint>>)SidecarKeys.AdminListen.Default).Value[0].Port}";
        Validators.Add(option =>
        {
            var text = option.GetValueOrDefault<string>();
            if (!SocketEndpoint.TryParse(text, out var admin) || !admin.IsLoopback)
                option.AddError($"--admin is '{text}'; allowed: a loopback address with a port, such as 127.0.0.1:4191");
        });
    }
}
