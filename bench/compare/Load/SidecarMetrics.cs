using System.Globalization;
using System.Text;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>What MeshProxy says of itself on its admin port.</summary>
internal static class SidecarMetrics
{
    private const string Address = "http://127.0.0.1:4191/metrics";
    private const string Counter = "meshproxy_http_requests_total{";

    /// <summary>HTTP requests it has observed, of all kinds, outbound and inbound.</summary>
    /// <exception cref="MeasurementException">It did not answer.</exception>
    public static double Requests()
    {
        using var client = new HttpClient();
        return Lines(client)
            .Where(line => line.StartsWith(Counter, StringComparison.Ordinal))
            .Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
    }

    /// <summary>Samples of one scrape.</summary>
    /// <exception cref="MeasurementException">It did not answer.</exception>
    public static int Series()
    {
        using var client = new HttpClient();
        return Lines(client).Count(line => line.Length > 0 && line[0] != '#');
    }

    /// <summary>The whole answer, as bytes.</summary>
    /// <exception cref="MeasurementException">It did not answer.</exception>
    public static byte[] Scrape(HttpClient client)
    {
        try
        {
            return client.GetByteArrayAsync(Address).GetAwaiter().GetResult();
        }
        catch (HttpRequestException e)
        {
            throw new MeasurementException($"{Address}: {e.Message}");
        }
    }

    private static string[] Lines(HttpClient client) => Encoding.UTF8.GetString(Scrape(client)).Split('\n');
}
