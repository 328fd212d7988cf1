using System.Buffers;
using System.Text;
using MeshProxy.DataPlane.Telemetry.Exposition;

namespace MeshProxy.Tests.Telemetry.Exposition;

public sealed class PrometheusTextTests
{
    private static readonly double[] Bounds = [0.1, 1, 10];
    private static readonly long[] Counts = [1, 2, 3, 4];

    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly PrometheusText _text;

    public PrometheusTextTests() => _text = new PrometheusText(_output);

    private string Written => Encoding.UTF8.GetString(_output.WrittenSpan);

    [Fact]
    public void Family_states_help_and_type_once_before_its_samples()
    {
        _text.Counter("x_total", "Things.");
        _text.Sample(1, ("direction", "inbound"));
        _text.Sample(2L, ("direction", "outbound"), ("result", "ok"));
        _text.Gauge("y", "A gauge.");
        _text.Sample(0.25);

        Assert.Equal("""
            # HELP x_total Things.
            # TYPE x_total counter
            x_total{direction="inbound"} 1
            x_total{direction="outbound",result="ok"} 2
            # HELP y A gauge.
            # TYPE y gauge
            y 0.25

            """, Written);
    }

    [Fact]
    public void Histogram_cumulates_its_buckets_and_ends_with_the_endless_one()
    {
        _text.Histogram("d_seconds", "Durations.");
        _text.Buckets([0.001, 0.5], [3, 0, 2], 7.5, ("direction", "inbound"));

        Assert.Equal("""
            # HELP d_seconds Durations.
            # TYPE d_seconds histogram
            d_seconds_bucket{direction="inbound",le="0.001"} 3
            d_seconds_bucket{direction="inbound",le="0.5"} 3
            d_seconds_bucket{direction="inbound",le="+Inf"} 5
            d_seconds_sum{direction="inbound"} 7.5
            d_seconds_count{direction="inbound"} 5

            """, Written);
    }

    [Theory]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\nx_total 1", "a\\nx_total 1")]
    [InlineData("c:\\d", "c:\\\\d")]
    [InlineData("\"\n\\", "\\\"\\n\\\\")]
    [InlineData("ü ✓", "ü ✓")]
    public void Label_values_cannot_break_out_of_their_quotes(string value, string escaped)
    {
        _text.Gauge("x", "h");
        _text.Sample(1, ("l", value));
        Assert.EndsWith($"\nx{{l=\"{escaped}\"}} 1\n", Written);
    }

    [Fact]
    public void Lone_surrogate_does_not_spoil_the_scrape()
    {
        _text.Gauge("x", "h");
        _text.Sample(1, ("l", "a\ud800b"));
        Assert.EndsWith("x{l=\"a\ufffdb\"} 1\n", Written);
    }

    [Fact]
    public void Help_stays_on_its_line()
    {
        _text.Gauge("x", "one\ntwo \\ \"three\"");
        Assert.StartsWith("# HELP x one\\ntwo \\\\ \"three\"\n", Written);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(1e300, "1E+300")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(5e-324, "5E-324")]
    [InlineData(1699999999.123, "1699999999.123")]
    public void Doubles_are_written_as_the_format_spells_them(double value, string text)
    {
        _text.Gauge("x", "h");
        _text.Sample(value);
        Assert.EndsWith($"\nx {text}\n", Written);
    }

    [Fact]
    public void Family_opened_twice_is_refused()
    {
        _text.Gauge("x", "h");
        Assert.Throws<InvalidOperationException>(() => _text.Gauge("x", "h"));
    }

    [Fact]
    public void Histogram_with_a_missing_bucket_is_refused()
    {
        _text.Histogram("x", "h");
        Assert.Throws<ArgumentException>(() => _text.Buckets([1, 2], [1, 2], 0));
    }

    [Fact]
    public void Samples_allocate_nothing()
    {
        var output = new ArrayBufferWriter<byte>(1 << 20);
        var text = new PrometheusText(output);
        text.Histogram("x_seconds", "h");
        WriteSamples(text);

        var before = GC.GetAllocatedBytesForCurrentThread();
        WriteSamples(text);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void WriteSamples(PrometheusText text)
    {
        for (var i = 0; i < 100; i++)
        {
            text.Sample(i, ("direction", "inbound"), ("reason", "a \"quoted\" one"));
            text.Sample(i / 3.0, ("direction", "inbound"));
            text.Buckets(Bounds, Counts, 5.5, ("direction", "inbound"), ("protocol", "tls"));
        }
    }
}
