using System.Net;

namespace MeshProxy.Compare.Testbed;

/// <summary>
/// Many destinations: a network of which every address is this namespace's, with one server that listens on them all at
/// <see cref="Port"/>.
/// </summary>
internal static class Crowd
{
    public const int Port = 8084;
    public const string Network = "10.201.0.0/21";

    /// <summary>Distinct, from .0.1 on.</summary>
    public static IEnumerable<IPEndPoint> EndPoints(int count) =>
        Enumerable.Range(1, count).Select(i => new IPEndPoint(AddressOf(i), Port));

    private static IPAddress AddressOf(int i) => new([10, 201, (byte)(i >> 8), (byte)i]);
}
