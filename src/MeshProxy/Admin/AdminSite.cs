using System.Collections.Immutable;

namespace MeshProxy.Admin;

/// <summary>What an admin port answers: the sidecar's, or that of the CNI installer.</summary>
internal abstract class AdminSite
{
    public abstract ImmutableArray<AdminRoute> All { get; }

    /// <summary>Whether everybody may see the page; else it is for loopback.</summary>
    public virtual bool IsPageForAll => false;

    /// <summary>Ends the answers that have no end of their own.</summary>
    public virtual void CloseStreams() { }
}
