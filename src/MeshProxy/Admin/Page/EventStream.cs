using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Admin.Page;

/// <summary>
/// Server-sent events for the page. One snapshot a second, made once and written to every viewer; none while there is no viewer. A viewer
/// that has not taken its last snapshot is passed over, and let go after a while: what waits for it is never more than one snapshot.
/// </summary>
/// <param name="newSnapshots">
/// Makes what writes snapshots, each one line of text; called when somebody begins to watch, dropped when nobody does any more.
/// </param>
internal sealed class EventStream(Func<Action<IBufferWriter<byte>>> newSnapshots, TimeProvider time)
{
    /// <summary>Of the connections that loopback may have open, some stay free for curl and shutdown.</summary>
    public const int MostViewers = 6;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<Viewer> _viewers = [];
    private readonly GarbageBudget _garbage = new();
    private int _admitted;
    private bool _ticking;
    private bool _closed;

    /// <summary>Lasts as long as the viewer stays. HEAD says whether it would be let in.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        if (!TryAdmit())
        {
            context.Response.Headers["X-Refused"] = $"{MostViewers} viewers watch already, which is all there may be.";
            await PlainText.AnswerAsync(context, 503, "too many viewers");
            return;
        }
        try
        {
            context.Response.ContentType = "text/event-stream";
            if (context.Request.Method != HttpMethods.Head)
                await ShowAsync(context);
        }
        finally
        {
            lock (_gate)
                _admitted--;
        }
    }

    /// <summary>Ends every stream, and takes no more: an open one would hold up the end of the server.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var viewer in _viewers)
                viewer.Leave();
        }
    }

    private bool TryAdmit()
    {
        lock (_gate)
        {
            if (_closed || _admitted == MostViewers)
                return false;
            _admitted++;
            return true;
        }
    }

    private async Task ShowAsync(HttpContext context)
    {
        await context.Response.StartAsync(context.RequestAborted);
        using var viewer = new Viewer(context, time);
        Add(viewer);
        await viewer.Gone;
        lock (_gate)
            _viewers.Remove(viewer);
    }

    private void Add(Viewer viewer)
    {
        lock (_gate)
        {
            _viewers.Add(viewer);
            if (_closed)
                viewer.Leave();
            else if (!_ticking)
            {
                _ticking = true;
                _ = Task.Run(TickAsync);
            }
        }
    }

    /// <summary>Runs while there are viewers. Whatever goes wrong ends their streams; they come back by themselves.</summary>
    private async Task TickAsync()
    {
        var write = newSnapshots();
        var buffer = new ArrayBufferWriter<byte>(32 * 1024);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                buffer.ResetWrittenCount();
                buffer.Write("data: "u8);
                write(buffer);
                buffer.Write("\n\n"u8);
                foreach (var viewer in Watching())
                    viewer.Offer(buffer.WrittenSpan);
                _garbage.CollectIfSpent();
            }
            while (await timer.WaitForNextTickAsync(CancellationToken.None) && IsWatched());
        }
        finally
        {
            Abandon();
        }
    }

    private Viewer[] Watching()
    {
        lock (_gate)
            return [.. _viewers];
    }

    private bool IsWatched()
    {
        lock (_gate)
            return _ticking = _viewers.Count > 0;
    }

    private void Abandon()
    {
        lock (_gate)
        {
            if (!_ticking)
                return;
            _ticking = false;
            foreach (var viewer in _viewers)
                viewer.Leave();
        }
    }
}
