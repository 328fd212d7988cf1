namespace MeshProxy.Transport.Loops;

/// <summary>Work that yielded its thread and goes on in the loop's next turn.</summary>
internal interface ILoopWork
{
    void Continue();
}
