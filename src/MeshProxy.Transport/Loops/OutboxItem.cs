namespace MeshProxy.Transport.Loops;

/// <summary>Who has bytes in the loop's <see cref="Outbox"/>.</summary>
internal abstract class OutboxItem
{
    /// <summary>Sends them, unless they have gone before, or are not to go any more.</summary>
    public abstract void SendPosted();

    /// <summary>Called after <see cref="SendPosted"/> threw, which is a bug: ends the connection, so that it holds nothing.</summary>
    public abstract void OnFault();
}
