using System.Net;

namespace MeshProxy.Tests.Routing.Support;

/// <summary>A body whose second part is sent when the test says so.</summary>
internal sealed class TwoPartContent(byte[] first, Task go, byte[] second) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(first);
        await stream.FlushAsync();
        await go;
        await stream.WriteAsync(second);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
