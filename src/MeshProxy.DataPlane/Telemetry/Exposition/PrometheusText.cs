using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace MeshProxy.DataPlane.Telemetry.Exposition;

/// <summary>
/// Writes the Prometheus text format, version 0.0.4: a family is opened with its help and type, then its samples follow, then the next
/// family. The format wants each family once and its samples together, so a family opened twice is a bug and throws. A sample allocates
/// nothing: labels arrive in a span on the caller's stack and numbers are formatted into the output.
/// </summary>
/// <example>
/// <code>
/// text.Counter("meshproxy_connections_opened_total", "Connections accepted.");
/// text.Sample(opened, ("direction", "inbound"), ("protocol", "http1"));
/// </code>
/// </example>
public sealed class PrometheusText(IBufferWriter<byte> output)
{
    /// <summary>The media type that a scrape is answered with.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The longest text of a number: a double in its shortest form that parses back takes at most 24 characters.</summary>
    private const int LongestNumber = 32;

    private static readonly SearchValues<char> EscapedInHelp = SearchValues.Create("\\\n");
    private static readonly SearchValues<char> EscapedInLabel = SearchValues.Create("\\\n\"");

    private readonly HashSet<string> _families = new(StringComparer.Ordinal);
    private string _family = "";

    public void Open(MetricFamily family)
    {
        switch (family.Kind)
        {
            case MetricKind.Counter: Counter(family.Name, family.Help); break;
            case MetricKind.Gauge: Gauge(family.Name, family.Help); break;
            default: Histogram(family.Name, family.Help); break;
        }
    }

    public void Counter(string name, string help)
    {
        Debug.Assert(name.EndsWith("_total", StringComparison.Ordinal), "a counter's name ends in _total");
        Open(name, help, "counter"u8);
    }

    public void Gauge(string name, string help) => Open(name, help, "gauge"u8);

    public void Histogram(string name, string help) => Open(name, help, "histogram"u8);

    public void Sample(long value, params ReadOnlySpan<MetricLabel> labels)
    {
        Name(""u8, labels, null);
        Number(value);
        output.Write("\n"u8);
    }

    public void Sample(double value, params ReadOnlySpan<MetricLabel> labels)
    {
        Name(""u8, labels, null);
        Number(value);
        output.Write("\n"u8);
    }

    /// <summary>One histogram: its buckets, sum and count.</summary>
    /// <param name="upperBounds">Inclusive upper bounds in rising order, without the last, endless one.</param>
    /// <param name="counts">Observations per bucket, not cumulated; one more than there are bounds.</param>
    /// <param name="sum">Of all observed values, in the unit of the name.</param>
    public void Buckets(ReadOnlySpan<double> upperBounds, ReadOnlySpan<long> counts, double sum, params ReadOnlySpan<MetricLabel> labels)
    {
        if (counts.Length != upperBounds.Length + 1)
            throw new ArgumentException(
                $"{_family}: {counts.Length} counts for {upperBounds.Length} bounds; one more is needed", nameof(counts));
        long total = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            Name("_bucket"u8, labels, i < upperBounds.Length ? upperBounds[i] : double.PositiveInfinity);
            Number(total);
            output.Write("\n"u8);
        }
        Name("_sum"u8, labels, null);
        Number(sum);
        output.Write("\n"u8);
        Name("_count"u8, labels, null);
        Number(total);
        output.Write("\n"u8);
    }

    private void Open(string name, string help, ReadOnlySpan<byte> type)
    {
        if (!_families.Add(name))
            throw new InvalidOperationException($"the metric family {name} was opened twice");
        _family = name;
        output.Write("# HELP "u8);
        Text(name);
        output.Write(" "u8);
        Escaped(help, EscapedInHelp);
        output.Write("\n# TYPE "u8);
        Text(name);
        output.Write(" "u8);
        output.Write(type);
        output.Write("\n"u8);
    }

    private void Name(ReadOnlySpan<byte> suffix, ReadOnlySpan<MetricLabel> labels, double? bucket)
    {
        Text(_family);
        output.Write(suffix);
        var any = false;
        foreach (ref readonly var label in labels)
        {
            LabelName(label.Name, ref any);
            Escaped(label.Value, EscapedInLabel);
            output.Write("\""u8);
        }
        if (bucket is { } upperBound)
        {
            LabelName("le", ref any);
            Number(upperBound);
            output.Write("\""u8);
        }
        output.Write(any ? "} "u8 : " "u8);
    }

    private void LabelName(string name, ref bool any)
    {
        output.Write(any ? ","u8 : "{"u8);
        any = true;
        Text(name);
        output.Write("=\""u8);
    }

    private void Escaped(ReadOnlySpan<char> text, SearchValues<char> escaped)
    {
        while (text.IndexOfAny(escaped) is var next and >= 0)
        {
            Text(text[..next]);
            output.Write(text[next] switch
            {
                '\n' => "\\n"u8,
                '"' => "\\\""u8,
                _ => "\\\\"u8,
            });
            text = text[(next + 1)..];
        }
        Text(text);
    }

    /// <summary>As UTF-8; a lone surrogate becomes U+FFFD, because a scrape with invalid UTF-8 is refused as a whole.</summary>
    private void Text(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    private void Number(long value)
    {
        value.TryFormat(output.GetSpan(LongestNumber), out var length, default, CultureInfo.InvariantCulture);
        output.Advance(length);
    }

    private void Number(double value)
    {
        if (double.IsInfinity(value))
        {
            output.Write(value > 0 ? "+Inf"u8 : "-Inf"u8);
            return;
        }
        value.TryFormat(output.GetSpan(LongestNumber), out var length, default, CultureInfo.InvariantCulture);
        output.Advance(length);
    }
}
