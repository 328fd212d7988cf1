namespace MeshProxy.DataPlane.Connections;

/// <summary>How far a connection had come when it ended.</summary>
internal enum ConnectionPhase : byte
{
    /// <summary>Nobody was dialled: it was refused for what it is.</summary>
    Plan,

    /// <summary>The upstream was dialled, or about to be.</summary>
    Connect,

    /// <summary>Nobody had said yet what it carries.</summary>
    Detection,
    Relay,
}
