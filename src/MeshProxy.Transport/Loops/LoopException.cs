namespace MeshProxy.Transport.Loops;

/// <summary>
/// The kernel refused what a loop cannot do without at start: no epoll, no eventfd. A refused start, never a connection's end.
/// </summary>
public sealed class LoopException(string message) : Exception(message);
