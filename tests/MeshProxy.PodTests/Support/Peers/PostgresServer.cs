using System.Globalization;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Peers;

/// <summary>PostgreSQL, where every client from anywhere is believed.</summary>
public sealed class PostgresServer : PodServer
{
    internal ushort Port { get; private set; }

    // Killed, it would leave its shared memory behind.
    private protected override Signal StopSignal => Signal.Quit;

    internal override async Task StartAsync(Pod pod)
    {
        Port = pod.Namespace.NextPort();
        var data = PathOf("data");
        await PrepareAsync(pod, new PodCommand("initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust", "--no-sync"));
        File.AppendAllText(Path.Combine(data, "pg_hba.conf"), "host all all all trust\n");
        var process = Run(pod, new PodCommand(
            "postgres",
            "-D", data,
            "-p", Port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=*",
            "-c", "unix_socket_directories=",
            "-c", "fsync=off"));
        await process.SeeAsync("ready to accept connections", Bound.Start);
    }
}
