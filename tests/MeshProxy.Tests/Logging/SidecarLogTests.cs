using System.Text.Json;
using MeshProxy.Configuration;
using MeshProxy.Logging;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Tests.Logging;

public sealed partial class SidecarLogTests
{
    private const string Hostile = "a\r\n2026-05-01T12:00:00.000Z error forged \u001b[2J\"}";

    [Fact]
    public void Text_line_has_time_level_id_and_message()
    {
        using var log = new MemoryLog(time: new FixedTime());
        Greeted(log.Logger(), "ada", 3);
        Assert.Equal(["2026-05-01T12:00:00.123Z info  1500 ada greeted 3 times"], log.End());
    }

    [Fact]
    public void Json_line_has_the_events_values_with_their_types()
    {
        using var log = new MemoryLog(format: LogFormat.Json, time: new FixedTime());
        Greeted(log.Logger(), "ada", 3);

        var line = JsonDocument.Parse(Assert.Single(log.End())).RootElement;
        Assert.Equal("2026-05-01T12:00:00.123Z", line.GetProperty("time").GetString());
        Assert.Equal("info", line.GetProperty("level").GetString());
        Assert.Equal(1500, line.GetProperty("event").GetInt32());
        Assert.Equal("Greeted", line.GetProperty("name").GetString());
        Assert.Equal("ada greeted 3 times", line.GetProperty("message").GetString());
        Assert.Equal("ada", line.GetProperty("Who").GetString());
        Assert.Equal(3, line.GetProperty("Times").GetInt32());
    }

    [Theory]
    [InlineData(LogFormat.Text)]
    [InlineData(LogFormat.Json)]
    internal void Hostile_value_makes_neither_a_line_nor_a_control_character(LogFormat format)
    {
        using var log = new MemoryLog(format: format);
        Greeted(log.Logger(), Hostile, 1);

        var line = Assert.Single(log.End());
        Assert.DoesNotContain(line, char.IsControl);
        if (format == LogFormat.Json)
            Assert.DoesNotContain(JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()!, char.IsControl);
    }

    [Theory]
    [InlineData(LogFormat.Text)]
    [InlineData(LogFormat.Json)]
    internal void Line_has_a_bounded_length(LogFormat format)
    {
        using var log = new MemoryLog(format: format);
        Greeted(log.Logger(), new string('\u0001', 1_000_000), 1);
        Assert.InRange(Assert.Single(log.End()).Length, 1000, 20_000);
    }

    [Theory]
    [InlineData(LogFormat.Text)]
    [InlineData(LogFormat.Json)]
    internal void Exception_with_its_stack_stays_on_one_line(LogFormat format)
    {
        using var log = new MemoryLog(format: format);
        try
        {
            throw new InvalidOperationException("first\nsecond");
        }
        catch (InvalidOperationException thrown)
        {
            Failed(log.Logger(), thrown);
        }
        var line = Assert.Single(log.End());
        Assert.Contains("first", line);
        Assert.Contains(nameof(Exception_with_its_stack_stays_on_one_line), line);
    }

    [Fact]
    public void Colours_only_where_asked_for()
    {
        using var plain = new MemoryLog();
        using var coloured = new MemoryLog(colours: true);
        Failed(plain.Logger(), null);
        Failed(coloured.Logger(), null);
        Assert.DoesNotContain('\u001b', Assert.Single(plain.End()));
        Assert.Contains("\u001b[31merror\u001b[0m", Assert.Single(coloured.End()));
    }

    [Fact]
    public void Level_can_be_changed_while_loggers_are_in_use()
    {
        using var log = new MemoryLog();
        var logger = log.Logger();
        Detail(logger, 1);
        log.Log.Level = LogLevel.Debug;
        Detail(logger, 2);
        log.Log.Level = LogLevel.None;
        Failed(logger, null);
        Assert.EndsWith("detail 2", Assert.Single(log.End()));
    }

    [Fact]
    public void Format_can_be_changed_while_loggers_are_in_use()
    {
        using var log = new MemoryLog();
        var logger = log.Logger();
        Greeted(logger, "ada", 1);
        log.Log.Apply(new LogSettings(LogLevel.Information, LogFormat.Json, 0));
        Greeted(logger, "ada", 2);
        Assert.Collection(log.End(), text => Assert.Contains(" info ", text), json => Assert.StartsWith("{", json));
    }

    [Fact]
    public void Libraries_speak_up_from_warning_and_are_named()
    {
        using var log = new MemoryLog(LogLevel.Debug);
        var library = log.Logger("Microsoft.AspNetCore.Server.Kestrel");
        Greeted(library, "x", 1);
        Failed(library, null);
        Assert.Contains("Microsoft.AspNetCore.Server.Kestrel: ", Assert.Single(log.End()));
    }

    [Fact]
    public void Lines_beyond_the_limit_of_their_kind_are_summed_up()
    {
        var time = new FixedTime();
        using var log = new MemoryLog(rateLimit: 3, time: time);
        for (var i = 0; i < 10; i++)
            ResetByPeer(log.Logger(), i);
        time.Advance(SidecarLog.RateWindow);
        ResetByPeer(log.Logger(), 10);

        Assert.Collection(log.End(),
            line => Assert.EndsWith("reset by peer 0", line),
            line => Assert.EndsWith("reset by peer 1", line),
            line => Assert.EndsWith("reset by peer 2", line),
            line => Assert.EndsWith("info  2500 suppressed 7 more lines of event 2500 ResetByPeer", line),
            line => Assert.EndsWith("reset by peer 10", line));
        Assert.Equal(7, log.Log.Suppressed);
    }

    [Fact]
    public void Kinds_are_limited_apart_and_nothing_wakes_an_idle_process()
    {
        var time = new FixedTime();
        using var log = new MemoryLog(rateLimit: 1, time: time);
        ResetByPeer(log.Logger("MeshProxy.One"), 1);
        ResetByPeer(log.Logger("MeshProxy.Two"), 2);
        Assert.Equal(0, time.Timers);
        ResetByPeer(log.Logger("MeshProxy.Two"), 3);
        Assert.Equal(1, time.Timers);
        time.Advance(SidecarLog.RateWindow);
        Assert.Equal(0, time.Timers);
        Assert.Equal(3, log.End().Length);
    }

    [Fact]
    public void Flood_that_goes_on_is_summed_up_in_every_window()
    {
        var time = new FixedTime();
        using var log = new MemoryLog(rateLimit: 1, time: time);
        for (var second = 0; second < 30; second++)
        {
            for (var i = 0; i < 10; i++)
                ResetByPeer(log.Logger(), i);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        var lines = log.End();
        var sums = lines.Where(line => line.Contains("suppressed", StringComparison.Ordinal)).ToList();
        Assert.InRange(sums.Count, 2, 4);
        Assert.Equal(300, sums.Sum(line => int.Parse(line.Split("suppressed ")[1].Split(' ')[0])) + lines.Length - sums.Count);
    }

    [Fact]
    public void Suppressed_lines_are_summed_up_at_the_end_too()
    {
        using var log = new MemoryLog(rateLimit: 1, time: new FixedTime());
        ResetByPeer(log.Logger(), 1);
        ResetByPeer(log.Logger(), 2);
        Assert.Contains("suppressed 1 more lines", log.End()[^1]);
    }

    [Fact]
    public void Configuration_errors_and_debug_lines_are_never_suppressed()
    {
        using var log = new MemoryLog(LogLevel.Debug, rateLimit: 1, time: new FixedTime());
        for (var i = 0; i < 5; i++)
        {
            Greeted(log.Logger(), "all", i);
            Detail(log.Logger(), i);
        }
        Assert.Equal(10, log.End().Length);
    }

    [LoggerMessage(1500, LogLevel.Information, "{Who} greeted {Times} times")]
    private static partial void Greeted(ILogger logger, string who, int times);

    [LoggerMessage(2501, LogLevel.Debug, "detail {Number}")]
    private static partial void Detail(ILogger logger, int number);

    [LoggerMessage(2500, LogLevel.Information, "reset by peer {Number}")]
    private static partial void ResetByPeer(ILogger logger, int number);

    [LoggerMessage(2502, LogLevel.Error, "failed")]
    private static partial void Failed(ILogger logger, Exception? exception);
}
