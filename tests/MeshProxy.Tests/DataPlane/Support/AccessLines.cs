using System.Text;
using System.Threading.Channels;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Tests.DataPlane.Support;

/// <summary>The lines of an access log as they come.</summary>
internal sealed class AccessLines(AccessLogFormat format)
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public AccessLogFormat Format => format;

    public bool IsEmpty => _lines.Reader.Count == 0;

    public void Add(ReadOnlySpan<byte> line) => _lines.Writer.TryWrite(Encoding.Latin1.GetString(line));

    public async Task<string> NextAsync() => await _lines.Reader.ReadAsync().AsTask().WaitAsync(Peer.Patience);
}
