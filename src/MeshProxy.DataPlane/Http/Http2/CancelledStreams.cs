namespace MeshProxy.DataPlane.Http.Http2;

/// <summary>
/// The streams of a connection that the proxy has ended for the client, on which the client may still be sending. Only the last ones are
/// known: a frame that comes later than that would pass, and its server makes of it what it can.
/// </summary>
internal sealed class CancelledStreams
{
    private const int Most = 64;

    private readonly int[] _ids = new int[Most];
    private int _next;

    public void Add(int id) => _ids[_next++ % Most] = id;

    public bool Contains(int id) => id != 0 && Array.IndexOf(_ids, id) >= 0;
}
