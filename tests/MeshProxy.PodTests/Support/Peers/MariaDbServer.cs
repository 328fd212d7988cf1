using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Peers;

/// <summary>
/// MariaDB, whose greeting comes before the client has said a word, on the port meshes know as opaque and on one they do not.
/// </summary>
public sealed class MariaDbServer : PodServer
{
    internal const ushort OpaquePort = 3306;

    internal ushort UnmarkedPort { get; private set; }

    internal override async Task StartAsync(Pod pod)
    {
        UnmarkedPort = pod.Namespace.NextPort();
        await PrepareAsync(pod, new PodCommand(
            "mariadb-install-db", "--no-defaults", $"--datadir={PathOf("data")}", "--skip-test-db",
            "--auth-root-authentication-method=normal"));
        await Run(pod, new PodCommand("mariadbd", Arguments)).ListeningAsync(pod, UnmarkedPort);
    }

    private string[] Arguments =>
    [
        "--no-defaults",
        $"--datadir={PathOf("data")}",
        $"--socket={PathOf("socket")}",
        $"--pid-file={PathOf("pid")}",
        "--bind-address=*",
        $"--port={OpaquePort}",
        $"--extra-port={UnmarkedPort}",
        "--extra-max-connections=20",
        "--skip-name-resolve",
        "--skip-grant-tables",
        "--innodb-buffer-pool-size=8M",
    ];
}
