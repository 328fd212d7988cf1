using System.IO.Pipelines;
using MeshProxy.Transport.Loops;

namespace MeshProxy.Transport.Kestrel;

/// <summary>Continuations of a pipe run on the loop's thread, in its next turn.</summary>
internal sealed class LoopScheduler(EventLoop loop) : PipeScheduler
{
    public override void Schedule(Action<object?> action, object? state) => loop.Post(action, state);
}
