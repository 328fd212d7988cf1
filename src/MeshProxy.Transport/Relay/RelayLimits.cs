namespace MeshProxy.Transport.Relay;

/// <summary>When a relay ends by itself, in milliseconds; 0 is never.</summary>
/// <param name="Idle">No byte either way.</param>
/// <param name="HalfClosed">One side has ended and the other sends nothing.</param>
/// <param name="UserTimeout">The TCP_USER_TIMEOUT that both sockets were given.</param>
public sealed record RelayLimits(long Idle, long HalfClosed, int UserTimeout);
