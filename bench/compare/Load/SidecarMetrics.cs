using System.Globalization;
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
        try
        {
            return client.GetStringAsync(Address).GetAwaiter().GetResult()
                .Split('\n')
                .Where(line => line.StartsWith(Counter, StringComparison.Ordinal))
                .Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture));
        }
        catch (HttpRequestException e)
        {
            throw new MeasurementException($"{Address}: {e.Message}");
        }
    }
}
