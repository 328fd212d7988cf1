namespace MeshProxy.PodTests.Endurance;

/// <summary>A server of the traffic that can be restarted in the middle of it.</summary>
internal interface IUpstream
{
    Generation Generation { get; }

    /// <summary>Goes without a word to anybody, and comes back on the same port.</summary>
    Task RestartAsync();
}
