namespace MeshProxy.Kubernetes.Injection;

/// <summary>What the injector relies on in the image.</summary>
internal static class SidecarImage
{
    public const string Name = "ghcr.io/meshproxy/meshproxy";

    public const string Executable = "/usr/local/bin/meshproxy";

    /// <summary>
    /// The same program in a file that has <c>cap_net_admin+ep</c>: a user other than root keeps a capability through exec only by the
    /// file,
    /// and a file that asks for one cannot be started where it is dropped, as in the sidecar. So there are two.
    /// </summary>
    public const string InitExecutable = "/usr/local/bin/meshproxy-init";

    /// <summary>Where the networks that the controller writes are mounted.</summary>
    public const string EgressFolder = "/etc/meshproxy/egress";

    /// <summary>nobody: owns nothing, and is never the proxy's user.</summary>
    public const long InitUser = 65534;
}
