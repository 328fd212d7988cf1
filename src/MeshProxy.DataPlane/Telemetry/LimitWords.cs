using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Telemetry;

/// <summary>What a limit means to people, and where it is set.</summary>
internal static class LimitWords
{
    public static string Exhausted(ResourceLimit limit) => limit switch
    {
        ResourceLimit.Descriptors => "no descriptors left for another connection (RLIMIT_NOFILE)",
        _ => "no memory left for another connection (the container's memory limit)",
    };
}
