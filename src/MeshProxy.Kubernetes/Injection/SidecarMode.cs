namespace MeshProxy.Kubernetes.Injection;

internal enum SidecarMode
{
    /// <summary>An init container that restarts: it starts before the app and ends after it.</summary>
    Native,

    /// <summary>A container beside the app's.</summary>
    Classic,
}
