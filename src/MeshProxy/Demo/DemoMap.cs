using System.Net;

namespace MeshProxy.Demo;

/// <summary>
/// Who is where: a pod and the world outside it, each a network namespace, joined by a veth pair. The names carry the process id of the
/// demo that made them, so that demos can run side by side and the leftovers of a killed one can be told.
/// </summary>
internal sealed record DemoMap(int Owner)
{
    public const string Prefix = "meshproxy-demo-";

    /// <summary>Where ip-netns(8) keeps names.</summary>
    public const string NamespaceFolder = "/run/netns";

    /// <summary>The user the sidecar runs as, whose own connections are not redirected.</summary>
    public const int SidecarUser = 2102;

    /// <summary>nobody: any other user is an application.</summary>
    public const int ApplicationUser = 65534;

    public static readonly IPAddress PodV4 = IPAddress.Parse("10.77.0.1");
    public static readonly IPAddress PodV6 = IPAddress.Parse("fd77::1");
    public static readonly IPAddress OutsideV4 = IPAddress.Parse("10.77.0.2");
    public static readonly IPAddress OutsideV6 = IPAddress.Parse("fd77::2");

    /// <summary>What everything that this demo makes begins with.</summary>
    public string OwnPrefix => $"{Prefix}{Owner}-";

    public string Pod => OwnPrefix + "pod";

    public string Outside => OwnPrefix + "outside";

    public static string PathOf(string space) => $"{NamespaceFolder}/{space}";
}
