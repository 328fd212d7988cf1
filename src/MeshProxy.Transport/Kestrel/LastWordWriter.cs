using System.Buffers;
using System.IO.Pipelines;

namespace MeshProxy.Transport.Kestrel;

/// <summary>
/// What Kestrel writes to, until somebody else has the last word: what it writes after that is dropped. Kestrel's answers to requests that
/// it cannot read take no header; this is how they get one.
/// </summary>
internal sealed class LastWordWriter(PipeWriter output) : PipeWriter
{
    private byte[]? _dropped;

    public override bool CanGetUnflushedBytes => output.CanGetUnflushedBytes;

    public override long UnflushedBytes => output.UnflushedBytes;

    /// <summary>On Kestrel's thread, between two of its writes.</summary>
    public void EndWith(ReadOnlySpan<byte> words)
    {
        if (_dropped is not null)
            return;
        output.Write(words);
        // Who reads is the loop; nothing follows that would have to wait for it.
        _ = output.FlushAsync().AsTask();
        _dropped = [];
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _dropped is null ? output.GetMemory(sizeHint) : Dropped(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _dropped is null ? output.GetSpan(sizeHint) : Dropped(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (_dropped is null)
            output.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        _dropped is null ? output.FlushAsync(cancellationToken) : ValueTask.FromResult(default(FlushResult));

    public override void CancelPendingFlush() => output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => output.Complete(exception);

    private Memory<byte> Dropped(int sizeHint)
    {
        if (_dropped!.Length < Math.Max(sizeHint, 1))
            _dropped = new byte[Math.Max(sizeHint, 4096)];
        return _dropped;
    }
}
