namespace MeshProxy.Tests.Support;

/// <summary>
/// A loopback address of one test's own: all of 127.0.0.0/8 is there to be bound, so fixed ports at it collide with nobody's.
/// </summary>
internal static class LoopbackAddress
{
    public static string Next() => $"127.{Random.Shared.Next(64, 255)}.{Random.Shared.Next(256)}.{Random.Shared.Next(1, 255)}";
}
