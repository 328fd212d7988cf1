using System.Text.Json;
using MeshProxy.Configuration;
using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Connections;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.Logging;
using MeshProxy.Tests.Logging;
using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Tests.DataPlane;

/// <summary>One line per abnormal end, with all there is to say.</summary>
public sealed class ConnectionLogTests
{
    private static readonly ConnectionEnd Reset = new(
        Direction.Outbound, ConnectionPhase.Relay, Protocol.Tls, SocketEndpoint.V4(0x0a000001, 443), "db.example (h2)",
        CloseReason.UpstreamReset, Errno.ECONNRESET, 517, 1300, 2.5);

    [Fact]
    public void Text_names_who_when_why_and_how_much()
    {
        var line = Assert.Single(LinesOf(Reset, LogFormat.Text));
        Assert.EndsWith(
            "outbound tls connection to 10.0.0.1:443 [db.example (h2)] ended while relaying: the server reset it "
                + "(by server, upstream_reset, errno ECONNRESET, sent 517 B, received 1300 B, 2.500 s)",
            line);
    }

    [Fact]
    public void Json_has_a_member_for_each()
    {
        var line = JsonDocument.Parse(Assert.Single(LinesOf(Reset, LogFormat.Json))).RootElement;
        foreach (var (name, value) in new[]
        {
            ("Direction", "outbound"), ("Protocol", "tls"), ("Target", "10.0.0.1:443"), ("Phase", "while relaying"), ("By", "server"),
            ("Cause", "the server reset it"), ("Reason", "upstream_reset"), ("Errno", "ECONNRESET"),
        })
            Assert.Equal(value, line.GetProperty(name).GetString());
        Assert.Equal((517, 1300), (line.GetProperty("Sent").GetInt64(), line.GetProperty("Received").GetInt64()));
        Assert.Equal(2.5, line.GetProperty("Seconds").GetDouble());
    }

    [Fact]
    public void Clean_ends_and_silent_probes_fill_no_log()
    {
        Assert.Empty(LinesOf(Reset with { Reason = CloseReason.Completed }, LogFormat.Text));
        Assert.Empty(LinesOf(Reset with { Reason = CloseReason.DownstreamReset, BytesSent = 0, BytesReceived = 0 }, LogFormat.Text));
    }

    [Theory]
    [InlineData(ResourceLimit.Descriptors, "no descriptors left for another connection (RLIMIT_NOFILE)")]
    [InlineData(ResourceLimit.Memory, "no memory left for another connection (the container's memory limit)")]
    public void Pause_names_what_ran_out(ResourceLimit limit, string words)
    {
        var line = Assert.Single(LinesOf(log => log.AcceptingPaused(Direction.Inbound, limit), LogFormat.Text));
        Assert.EndsWith($"inbound accepting paused: {words}; open connections go on, new ones wait", line);
    }

    /// <summary>A reason without words would show its label alone.</summary>
    [Fact]
    public void Every_reason_has_words_of_its_own()
    {
        var causes = Enum.GetValues<CloseReason>().Select(EndWords.Cause).ToList();
        Assert.Equal(causes.Distinct(), causes);
        Assert.DoesNotContain(causes, cause => Labels.Reasons.Contains(cause));
    }

    private static string[] LinesOf(ConnectionEnd end, LogFormat format) => LinesOf(log => log.Ended(end), format);

    private static string[] LinesOf(Action<ConnectionLog> say, LogFormat format)
    {
        using var log = new MemoryLog(format: format);
        using var loggers = new LoggerFactory([new Provider(log)]);
        say(new ConnectionLog(loggers.CreateLogger<ConnectionLog>()));
        return log.End();
    }

    private sealed class Provider(MemoryLog log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log.Logger(categoryName);

        public void Dispose()
        {
        }
    }
}
