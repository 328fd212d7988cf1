using MeshProxy.PodTests.Support.Peers;

namespace MeshProxy.PodTests.Http.Backends;

/// <summary>A server that has /small, /big and /form. Text, so that clients may print it.</summary>
public abstract class HttpBackend : PodServer
{
    internal ushort Port { get; private protected set; }

    /// <summary>HTTP/2 with prior knowledge; 0 where the server has none.</summary>
    internal ushort Http2Port { get; private protected set; }

    private protected void Publish()
    {
        Write("small", 20);
        Write("big", 20_000);
        Write("form", 1);
    }

    private void Write(string name, int lines)
    {
        File.WriteAllLines(PathOf(name), Enumerable.Range(0, lines).Select(line => $"{name}, line {line}, of a file that is text"));
        // Apache calls the tag of a file weak that is younger than a second, and a second later strong.
        File.SetLastWriteTimeUtc(PathOf(name), DateTime.UtcNow.AddDays(-1));
    }
}
