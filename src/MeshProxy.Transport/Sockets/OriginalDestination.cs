using MeshProxy.Transport.Linux;

namespace MeshProxy.Transport.Sockets;

/// <summary>Where a redirected connection was meant to go. False: the kernel does not know.</summary>
public delegate bool OriginalDestinationReader(LoopSocket accepted, SocketEndpoint listener, out SocketEndpoint destination);

/// <summary>The reader for kernel redirects; tests give another, and so need neither root nor rules.</summary>
public static class OriginalDestination
{
    public static bool FromKernel(LoopSocket accepted, SocketEndpoint listener, out SocketEndpoint destination) =>
        SocketOptionCalls.TryGetOriginalDestination(accepted.Descriptor, listener.IsV4, out destination);
}
