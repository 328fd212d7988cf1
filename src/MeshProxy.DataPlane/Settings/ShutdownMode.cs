namespace MeshProxy.DataPlane.Settings;

/// <summary>What SIGTERM says about the app of this pod.</summary>
public enum ShutdownMode : byte
{
    /// <summary>A native sidecar (an init container with restartPolicy Always), or no pod at all: the app has ended before.</summary>
    Native,

    /// <summary>A container beside the app's: both are told at once, and the app still works.</summary>
    Classic,
}
