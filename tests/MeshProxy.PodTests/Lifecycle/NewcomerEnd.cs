namespace MeshProxy.PodTests.Lifecycle;

/// <summary>What became of a connection that was begun during a shortage.</summary>
internal enum NewcomerEnd
{
    Served,
    Reset,

    /// <summary>Answered with 503.</summary>
    Refused,

    /// <summary>A FIN, which no server sent.</summary>
    Forged,

    /// <summary>Nothing came of it.</summary>
    Lost,
}
