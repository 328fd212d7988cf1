using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Api;

public enum WatchEventKind
{
    Added,
    Modified,
    Deleted,

    /// <summary>Nothing but a newer resource version.</summary>
    Bookmark,
}

public sealed record WatchEvent(WatchEventKind Kind, JsonObject Object);
