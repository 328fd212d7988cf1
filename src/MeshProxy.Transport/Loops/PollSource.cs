using MeshProxy.Transport.Linux;

namespace MeshProxy.Transport.Loops;

/// <summary>Something with a descriptor that a loop watches.</summary>
public abstract class PollSource
{
    internal int Slot = -1;

    internal int Descriptor { get; set; } = -1;

    internal abstract void OnReady(PollEvents events);

    /// <summary>
    /// Called after <see cref="OnReady"/> threw, which is a bug: gives up this source, so that the loop and all others go on.
    /// </summary>
    internal abstract void OnFault();
}
