namespace MeshProxy.Transport.Loops;

/// <summary>Work that yielded its thread and goes on in the loop's next turn.</summary>
internal interface ILoopWork
{
    void Continue();

    /// <summary>Called after <see cref="Continue"/> threw, which is a bug: ends the connection, so that it holds nothing.</summary>
    void OnFault();
}
