using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Meshes;

namespace MeshProxy.PodTests.Endurance.Chaos;

/// <summary>A sidecar's configuration that changes, and is wrong at times; what the traffic relies on stays.</summary>
internal sealed class ChaosConfig : IDisposable
{
    /// <summary>A reset that was lost, or had nowhere to go, is found soon, and so is FIN that cannot arrive.</summary>
    private const string Liveness = """ "keepalive": { "idle": "1s", "interval": "1s", "count": 10 }, "userTimeout": "20s" """;

    private const string FileName = "proxy.config.json";

    private readonly ScratchDirectory _scratch = new();
    private int _changes;

    public ChaosConfig() => Write(Sound(0));

    public string File => _scratch.PathOf(FileName);

    /// <summary>Until the sidecar has taken it over, or refused it.</summary>
    public async Task ChangeAsync(Sidecar sidecar, int choice)
    {
        var isSound = choice % 4 != 0;
        var counted = await sidecar.WatchAsync("meshproxy_config_reloads_total", ("result", isSound ? "ok" : "rejected"));
        _changes++;
        Write(isSound ? Sound(_changes) : $$"""{ "inbound": { "opaquePort": "{{_changes}}" } }""");
        await counted.ReachesAsync(1);
    }

    public void Dispose() => _scratch.Dispose();

    private void Write(string text) => _scratch.Replace(FileName, text);

    /// <summary>Loss may take a SYN several times in a row, so that dialling has longer than out of the box.</summary>
    private static string Sound(int i) => $$"""
        { "inbound": { "opaquePorts": "{{OpaqueRange.Ports}}", "tcp": { "connectTimeout": "{{30 + i % 10}}s", {{Liveness}} } },
          "outbound": { "opaquePorts": "{{OpaqueRange.Ports}}", "tcp": { "connectTimeout": "{{30 + i % 7}}s", {{Liveness}} } },
          "log": { "rateLimit": {{20 + i % 30}} } }
        """;
}
