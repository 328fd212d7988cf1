using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MeshProxy.Compare.Report;

/// <summary>The run as JSON: for the next reader, a script or a person, to compare with another run.</summary>
internal static class ResultsFile
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string path, ComparisonReport report)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file, Indented);
        json.WriteStartObject();
        WriteFacts(json, report);
        WriteCases(json, report);
        WriteBars(json, report);
        WriteFailures(json, report);
        WriteSamples(json, report);
        json.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter json, ComparisonReport report)
    {
        var facts = report.Facts;
        json.WriteString("date", facts.Date.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"));
        json.WriteString("commit", facts.Commit);
        json.WriteNumber("rounds", facts.Rounds);
        json.WriteNumber("seconds", facts.Seconds);
        json.WriteStartObject("machine");
        json.WriteString("cpu", facts.Cpu);
        json.WriteNumber("cores", facts.Cores);
        json.WriteNumber("memoryGiB", facts.MemoryGiB);
        json.WriteString("kernel", facts.Kernel);
        json.WriteEndObject();
        json.WriteStartObject("versions");
        foreach (var (name, version) in facts.Versions)
            json.WriteString(name, version);
        json.WriteEndObject();
    }

    /// <summary>One object per metric, one member per proxy: the median of its rounds.</summary>
    private static void WriteCases(Utf8JsonWriter json, ComparisonReport report)
    {
        json.WriteStartArray("cases");
        foreach (var result in report.Metrics)
        {
            json.WriteStartObject();
            json.WriteString("case", result.Metric.Name);
            json.WriteString("unit", result.Metric.Unit);
            foreach (var samples in result.Proxies)
                json.WriteNumber(samples.Proxy, Number.Round(samples.Median));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteBars(Utf8JsonWriter json, ComparisonReport report)
    {
        json.WriteStartArray("bars");
        foreach (var result in report.Bars)
        {
            json.WriteStartObject();
            json.WriteString("case", result.Bar.Metric);
            json.WriteString("bar", result.Text);
            json.WriteString("proxy", result.Bar.Proxy);
            json.WriteNumber("limit", result.Bar.Limit);
            json.WriteString("of", result.Bar.Peer ?? result.Metric.Unit);
            WriteNumberOrNull(json, "measured", result.Measured);
            if (result.Bar.Peer is not null)
                WriteNumberOrNull(json, "paired", result.Paired);
            json.WriteBoolean("met", result.Met);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteFailures(Utf8JsonWriter json, ComparisonReport report)
    {
        json.WriteStartArray("failures");
        foreach (var (name, proxy, reason) in report.Failures)
        {
            json.WriteStartObject();
            json.WriteString("case", name);
            json.WriteString("proxy", proxy);
            json.WriteString("reason", reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Every round's number, so that the spread can be seen.</summary>
    private static void WriteSamples(Utf8JsonWriter json, ComparisonReport report)
    {
        json.WriteStartObject("samples");
        foreach (var result in report.Metrics)
        {
            json.WriteStartObject(result.Metric.Name);
            foreach (var samples in result.Proxies)
            {
                json.WritePropertyName(samples.Proxy);
                json.WriteRawValue(OnOneLine(samples.Rounds));
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static string OnOneLine(IEnumerable<double> values) =>
        $"[{string.Join(", ", values.Select(value => Number.Round(value).ToString(CultureInfo.InvariantCulture)))}]";

    private static void WriteNumberOrNull(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, Number.Round(number));
        else
            json.WriteNull(name);
    }
}
