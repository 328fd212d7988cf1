using System.Buffers;
using System.Text.Json;
using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Telemetry;
using MeshProxy.DataPlane.Telemetry.Ends;
using MeshProxy.Telemetry.Status;

namespace MeshProxy.Admin.Page;

/// <summary>
/// The page's data as JSON, a snapshot at a time. JSON's own escapes leave only ASCII, so that no text in it can end the line of its event.
/// </summary>
/// <param name="writeFacts">Writes the members that tell of the process and of the routes.</param>
internal sealed class StatusSnapshot(ServerStatus status, Action<Utf8JsonWriter> writeFacts, TimeProvider time)
{
    private readonly StatusSampler _sampler = new(status, time);
    private readonly Utf8JsonWriter _json = new(Stream.Null);

    public void WriteTo(IBufferWriter<byte> output)
    {
        _sampler.Read();
        _json.Reset(output);
        _json.WriteStartObject();
        _json.WriteNumber("now", time.GetUtcNow().ToUnixTimeMilliseconds());
        writeFacts(_json);
        _json.WriteStartObject("totals");
        WriteTotals("both", _sampler.Both);
        WriteTotals("inbound", _sampler.Inbound);
        WriteTotals("outbound", _sampler.Outbound);
        _json.WriteEndObject();
        WriteCounts("reasons", status.Ends());
        WriteCounts("detections", status.Detections());
        WriteDestinations();
        WriteEnds();
        _json.WriteEndObject();
        _json.Flush();
    }

    private void WriteTotals(string name, DirectionTrend trend)
    {
        var totals = trend.Totals;
        _json.WriteStartObject(name);
        _json.WriteNumber("open", totals.Open);
        _json.WriteNumber("opened", totals.Opened);
        _json.WriteNumber("requests", totals.Requests);
        _json.WriteNumber("failedRequests", totals.FailedRequests);
        _json.WriteNumber("inFlight", totals.InFlight);
        _json.WriteNumber("abnormal", totals.Abnormal);
        _json.WriteNumber("sent", totals.Sent);
        _json.WriteNumber("received", totals.Received);
        _json.WriteNumber("connectionRate", Rate(trend.ConnectionRate));
        _json.WriteNumber("requestRate", Rate(trend.RequestRate));
        _json.WriteNumber("sentRate", Rate(trend.SentRate));
        _json.WriteNumber("receivedRate", Rate(trend.ReceivedRate));
        _json.WriteNumber("errorRate", Rate(trend.ErrorRate));
        WritePercentiles("latency", trend.Request(0.5), trend.Request(0.99));
        WritePercentiles("connect", trend.Connect(0.5), trend.Connect(0.99));
        _json.WriteEndObject();
    }

    private void WritePercentiles(string name, double? p50, double? p99)
    {
        if (p50 is null || p99 is null)
        {
            _json.WriteNull(name);
            return;
        }
        _json.WriteStartArray(name);
        WriteSeconds(p50);
        WriteSeconds(p99);
        _json.WriteEndArray();
    }

    private void WriteCounts(string name, IEnumerable<LabelCount> counts)
    {
        _json.WriteStartArray(name);
        foreach (var count in counts)
        {
            _json.WriteStartArray();
            _json.WriteStringValue(count.Direction == Direction.Inbound ? "inbound" : "outbound");
            _json.WriteStringValue(count.Label);
            _json.WriteStringValue(count.Words);
            _json.WriteNumberValue(count.Count);
            _json.WriteBooleanValue(count.IsAbnormal);
            _json.WriteEndArray();
        }
        _json.WriteEndArray();
    }

    /// <summary>Arrays without names, in the order that destinations.js reads them: a third of the bytes.</summary>
    private void WriteDestinations()
    {
        var now = status.Milliseconds;
        _json.WriteStartArray("destinations");
        foreach (var trend in _sampler.Destinations)
            WriteDestination(trend, now);
        _json.WriteEndArray();
        _json.WriteStartObject("others");
        _json.WriteNumber("total", _sampler.Others.Opened);
        _json.WriteNumber("open", _sampler.Others.Open);
        _json.WriteEndObject();
    }

    private void WriteDestination(DestinationTrend trend, long now)
    {
        var sums = trend.Sums;
        _json.WriteStartArray();
        _json.WriteNumberValue((int)sums.Key.Direction);
        _json.WriteStringValue(trend.Address);
        _json.WriteStringValue(sums.ProtocolLabel);
        _json.WriteStringValue(sums.DecidedByLabel);
        _json.WriteNumberValue(sums.Open);
        _json.WriteNumberValue(sums.Opened);
        _json.WriteNumberValue(Rate(trend.ConnectionRate));
        _json.WriteNumberValue(Rate(trend.RequestRate));
        WriteSeconds(trend.P50);
        WriteSeconds(trend.P99);
        _json.WriteNumberValue(sums.Failures);
        _json.WriteNumberValue(Math.Max(0, (sums.LearnedUntil - now) / 1000));
        _json.WriteEndArray();
    }

    private void WriteEnds()
    {
        var now = status.Milliseconds;
        var unix = time.GetUtcNow().ToUnixTimeMilliseconds();
        _json.WriteStartArray("ends");
        foreach (var end in _sampler.Ends)
            WriteEnd(end, unix - (now - end.AtMilliseconds));
        _json.WriteEndArray();
    }

    private void WriteEnd(EndRecord end, long unixMilliseconds)
    {
        _json.WriteStartObject();
        _json.WriteNumber("at", unixMilliseconds);
        _json.WriteString("direction", end.Direction);
        _json.WriteString("protocol", end.Protocol);
        _json.WriteString("destination", end.Destination);
        _json.WriteString("detail", end.Detail);
        _json.WriteString("phase", end.Phase);
        _json.WriteString("by", end.By);
        _json.WriteString("reason", end.Reason);
        _json.WriteString("cause", end.Cause);
        _json.WriteString("errno", end.ErrnoName);
        _json.WriteNumber("sent", end.BytesSent);
        _json.WriteNumber("received", end.BytesReceived);
        _json.WriteNumber("seconds", Math.Round(end.Seconds, 6));
        _json.WriteEndObject();
    }

    private void WriteSeconds(double? seconds)
    {
        if (seconds is { } value)
            _json.WriteNumberValue(Math.Round(value, 6));
        else
            _json.WriteNullValue();
    }

    private static double Rate(double perSecond) => Math.Round(perSecond, 2);
}
