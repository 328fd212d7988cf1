namespace MeshProxy.Kubernetes.Injection.Model;

/// <summary>What the restricted profile of PodSecurity asks for, and a root file system that nothing can be written to.</summary>
internal sealed record SecurityContext(long RunAsUser, long RunAsGroup, Capabilities Capabilities)
{
    public bool AllowPrivilegeEscalation { get; }

    public bool ReadOnlyRootFilesystem { get; } = true;

    public bool RunAsNonRoot { get; } = true;

    public SeccompProfile SeccompProfile { get; } = new("RuntimeDefault");
}

internal sealed record Capabilities(IReadOnlyList<string>? Add, IReadOnlyList<string> Drop)
{
    public static readonly Capabilities None = new(null, ["ALL"]);

    public static readonly Capabilities NetAdmin = new(["NET_ADMIN"], ["ALL"]);
}

internal sealed record SeccompProfile(string Type);
