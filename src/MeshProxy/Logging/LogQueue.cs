using System.Buffers;

namespace MeshProxy.Logging;

/// <summary>
/// Lines wait here for a thread of their own to write them. Two buffers: callers fill one while the thread writes the other, so a caller
/// holds the lock for a copy of some hundred bytes and never while anything is written, however long standard output is blocked. A line
/// that does not fit, or that output refused, is dropped and counted, and a note says so as soon as output flows again.
/// </summary>
internal sealed class LogQueue : IDisposable
{
    /// <summary>About 1,300 lines wait before the first is dropped; the kernel gives memory only to what is used.</summary>
    private const int BufferBytes = 256 * 1024;

    private readonly Stream _output;
    private readonly Action<long, IBufferWriter<byte>> _formatDropNote;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private byte[] _filling = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private byte[] _writing = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private int _filled;
    private bool _stopping;
    private long _dropped;
    private long _noted;

    /// <param name="formatDropNote">Writes the line that says how many lines were dropped.</param>
    public LogQueue(Stream output, Action<long, IBufferWriter<byte>> formatDropNote)
    {
        _output = output;
        _formatDropNote = formatDropNote;
        // A background thread: a reader that never reads must not keep the process from ending.
        _thread = new Thread(WriteUntilStopped, maxStackSize: 128 * 1024) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    public long Dropped => Interlocked.Read(ref _dropped);

    public void Add(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (_stopping || line.Length > BufferBytes - _filled)
            {
                _dropped++;
                return;
            }
            line.CopyTo(_filling.AsSpan(_filled));
            _filled += line.Length;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Takes no more lines, and waits until those it has are written, or a second has passed.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join(TimeSpan.FromSeconds(1));
    }

    private void WriteUntilStopped()
    {
        while (WaitForLines() is var (length, dropped) && length > 0)
        {
            var lines = _writing.AsSpan(0, length);
            if (!TryWrite(lines))
                Lose(lines.Count((byte)'\n'), dropped);
            else if (dropped > 0 && !TryWriteNote(dropped))
                Lose(0, dropped);
        }
    }

    private bool TryWriteNote(long dropped)
    {
        var note = new ArrayBufferWriter<byte>();
        _formatDropNote(dropped, note);
        return TryWrite(note.WrittenSpan);
    }

    /// <param name="unsaid">Lines that a note is still owed for, once output works again.</param>
    private void Lose(int lines, long unsaid)
    {
        lock (_gate)
        {
            _dropped += lines;
            _noted -= unsaid;
        }
    }

    /// <summary>The length of what is to be written now, and the lines dropped since the last note; 0 ends the thread.</summary>
    private (int Length, long Dropped) WaitForLines()
    {
        lock (_gate)
        {
            while (_filled == 0 && !_stopping)
                Monitor.Wait(_gate);
            var length = _filled;
            (_filling, _writing) = (_writing, _filling);
            _filled = 0;
            var dropped = _dropped - _noted;
            _noted = _dropped;
            return (length, dropped);
        }
    }

    /// <summary>Output that fails (its reader has gone, the disk is full, it was closed) loses these lines and nothing else.</summary>
    private bool TryWrite(ReadOnlySpan<byte> lines)
    {
        try
        {
            _output.Write(lines);
            _output.Flush();
            return true;
        }
        catch (Exception failed) when (failed is IOException or ObjectDisposedException)
        {
            return false;
        }
    }
}
