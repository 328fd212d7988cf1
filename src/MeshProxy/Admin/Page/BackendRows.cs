using System.Collections.Immutable;
using System.Text.Json;
using MeshProxy.DataPlane.Routing.Balancing;

namespace MeshProxy.Admin.Page;

/// <summary>
/// The backends of all routes, an address at a time, for the page. Those that are not chosen come first, so that however many there are,
/// none of them is left out before one that is well.
/// </summary>
internal sealed class BackendRows(Func<ImmutableArray<RouteState>> routes)
{
    public const int Most = 200;

    /// <summary>Arrays without names, in the order that backends.js reads them.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        var rows = routes().SelectMany(route => route.Upstreams.Select(upstream => (Route: route, Upstream: upstream))).ToList();
        json.WriteStartArray("backends");
        foreach (var (route, upstream) in rows.OrderBy(row => row.Upstream.Condition == BackendCondition.Available).Take(Most))
            Write(json, route, upstream);
        json.WriteEndArray();
        json.WriteNumber("moreBackends", Math.Max(0, rows.Count - Most));
    }

    private static void Write(Utf8JsonWriter json, RouteState route, UpstreamState upstream)
    {
        json.WriteStartArray();
        json.WriteNumberValue((int)route.Direction);
        json.WriteStringValue(route.Name);
        json.WriteStringValue(upstream.Target);
        json.WriteStringValue(upstream.Address.ToString());
        json.WriteNumberValue((int)upstream.Condition);
        json.WriteNumberValue(Math.Round(upstream.AvailableIn.TotalSeconds, 1));
        json.WriteNumberValue(upstream.Pending);
        json.WriteNumberValue(upstream.Failures);
        if (upstream.Latency is { } latency)
            json.WriteNumberValue(Math.Round(latency.TotalSeconds, 6));
        else
            json.WriteNullValue();
        json.WriteEndArray();
    }
}
