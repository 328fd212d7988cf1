namespace MeshProxy.Transport.Sockets;

/// <summary>What runs out first where connections become too many.</summary>
public enum ResourceLimit
{
    /// <summary>RLIMIT_NOFILE, or the machine's own (fs.file-max).</summary>
    Descriptors,

    /// <summary>The memory limit of the container, or the kernel's memory for sockets.</summary>
    Memory,
}
