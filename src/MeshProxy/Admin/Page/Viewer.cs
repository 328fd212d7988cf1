using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Admin.Page;

/// <summary>One browser that watches. Snapshots are copied into its connection's own buffers; none is kept for it here.</summary>
internal sealed class Viewer : IDisposable
{
    /// <summary>For one snapshot to be taken. A port-forward over a slow line takes a second or two.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpContext _context;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _aborted;
    private Task _flush = Task.CompletedTask;
    private long _flushBegan;

    public Viewer(HttpContext context, TimeProvider time)
    {
        (_context, _time) = (context, time);
        _aborted = context.RequestAborted.Register(Leave);
    }

    /// <summary>Completes when the viewer has gone, or was let go.</summary>
    public Task Gone => _gone.Task;

    public void Leave() => _gone.TrySetResult();

    /// <summary>Called by one thread at a time. Passes the viewer over while it has not taken the last one.</summary>
    public void Offer(ReadOnlySpan<byte> snapshot)
    {
        if (_gone.Task.IsCompleted || IsBusy())
            return;
        _context.Response.BodyWriter.Write(snapshot);
        _flushBegan = _time.GetTimestamp();
        _flush = _context.Response.BodyWriter.FlushAsync(_context.RequestAborted).AsTask();
    }

    public void Dispose() => _aborted.Dispose();

    /// <summary>A write that failed has aborted the request, and the viewer goes by that.</summary>
    private bool IsBusy()
    {
        if (!_flush.IsCompleted && _time.GetElapsedTime(_flushBegan) > Patience)
            _context.Abort();
        return !_flush.IsCompletedSuccessfully;
    }
}
