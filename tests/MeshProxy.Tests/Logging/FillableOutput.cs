using System.Text;

namespace MeshProxy.Tests.Logging;

/// <summary>Standard output redirected to a disk that fills up, and is given room again.</summary>
internal sealed class FillableOutput : MemoryStream
{
    public volatile bool IsFull;

    public string[] Lines => Encoding.UTF8.GetString(ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (IsFull)
            throw new IOException("No space left on device");
        base.Write(buffer);
    }
}
