using System.IO.Pipes;
using MeshProxy.Configuration;
using MeshProxy.Logging;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Tests.Logging;

/// <summary>Standard output as a real pipe whose reader does not read.</summary>
public sealed partial class BlockedOutputTests
{
    private const int Lines = 20_000;

    [Fact]
    public async Task Blocked_pipe_blocks_no_caller_and_what_was_dropped_is_said_when_it_flows_again()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var reader = new StreamReader(new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle));
        using var log = new SidecarLog(new LogSettings(LogLevel.Information, LogFormat.Text, 0), pipe, false, TimeProvider.System);

        // Far more than the pipe (64 KiB) and both buffers hold: this returns only because callers never wait.
        var logger = log.CreateLogger("MeshProxy.Test");
        var flood = Task.Run(() =>
        {
            for (var i = 0; i < Lines; i++)
                Numbered(logger, i);
        });
        await flood.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.InRange(log.Dropped, 1, Lines);

        var kept = Lines - log.Dropped;
        var next = 0;
        while (await reader.ReadLineAsync() is { } line && !line.Contains("were dropped here", StringComparison.Ordinal))
            Assert.EndsWith($"line number {next++}", line);
        Assert.InRange(next, 1, kept);
    }

    [Fact]
    public async Task Reader_that_never_reads_does_not_keep_the_process_from_ending()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        var log = new SidecarLog(new LogSettings(LogLevel.Information, LogFormat.Text, 0), pipe, false, TimeProvider.System);
        var logger = log.CreateLogger("MeshProxy.Test");
        for (var i = 0; i < Lines; i++)
            Numbered(logger, i);

        await Task.Run(log.Dispose).WaitAsync(TimeSpan.FromSeconds(30));
        // Frees the writing thread, which the process would have left behind.
        pipe.DisposeLocalCopyOfClientHandle();
    }

    [Fact]
    public void Reader_that_has_gone_costs_lines_and_nothing_else()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.ClientSafePipeHandle.Dispose();
        using var log = new SidecarLog(new LogSettings(LogLevel.Information, LogFormat.Text, 0), pipe, false, TimeProvider.System);
        var logger = log.CreateLogger("MeshProxy.Test");
        for (var i = 0; i < Lines; i++)
            Numbered(logger, i);
        log.Dispose();
        Assert.Equal(Lines, log.Dropped);
    }

    [Fact]
    public async Task What_a_full_disk_took_is_counted_and_said_when_there_is_room_again()
    {
        using var disk = new FillableOutput { IsFull = true };
        using var log = new SidecarLog(new LogSettings(LogLevel.Information, LogFormat.Text, 0), disk, false, TimeProvider.System);
        var logger = log.CreateLogger("MeshProxy.Test");
        for (var i = 0; i < 3; i++)
            Numbered(logger, i);
        Assert.True(await Task.Run(() => SpinWait.SpinUntil(() => log.Dropped == 3, TimeSpan.FromSeconds(30))), $"{log.Dropped} counted");

        disk.IsFull = false;
        Numbered(logger, 3);
        log.Dispose();

        Assert.Collection(
            disk.Lines,
            line => Assert.EndsWith("line number 3", line, StringComparison.Ordinal),
            line => Assert.Contains(" 3 log lines were dropped here", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Lines_of_many_threads_are_whole_and_none_is_lost()
    {
        const int threads = 8, each = 200;
        using var log = new MemoryLog();
        var logger = log.Logger();
        Parallel.For(0, threads, thread =>
        {
            for (var i = 0; i < each; i++)
                Numbered(logger, thread * each + i);
        });
        var numbers = log.End().Select(line => int.Parse(line.Split("line number ")[1])).Order();
        Assert.Equal(Enumerable.Range(0, threads * each), numbers);
    }

    [LoggerMessage(1501, LogLevel.Information, "line number {Number}")]
    private static partial void Numbered(ILogger logger, int number);
}
