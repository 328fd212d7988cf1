using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using MeshProxy.Admin.Page;
using MeshProxy.DataPlane;
using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.Admin.Page;

public sealed class BackendRowsTests
{
    [Fact]
    public void Backend_is_written_in_the_order_that_the_page_reads()
    {
        var row = Write([Upstream(7, BackendCondition.Ejected, TimeSpan.FromSeconds(2.54))]).GetProperty("backends")[0];
        Assert.Equal("""[1,"cart","cart.shop:80","10.0.0.7:80",2,2.5,3,5,0.012]""", row.GetRawText());
    }

    [Fact]
    public void Latency_of_a_backend_that_never_answered_is_not_made_up()
    {
        var row = Write([Upstream(7, BackendCondition.Available, TimeSpan.Zero) with { Latency = null }]).GetProperty("backends")[0];
        Assert.Equal(JsonValueKind.Null, row[8].ValueKind);
    }

    [Fact]
    public void However_many_are_well_one_that_is_not_is_shown()
    {
        var ill = Upstream(200, BackendCondition.Ejected, TimeSpan.Zero);
        var aside = Upstream(201, BackendCondition.Aside, TimeSpan.FromSeconds(1));
        var written = Write([.. Well(1, 199), ill, aside, .. Well(202, 20)]);
        var rows = written.GetProperty("backends").EnumerateArray().ToList();
        Assert.Equal(BackendRows.Most, rows.Count);
        Assert.Equal(21, written.GetProperty("moreBackends").GetInt32());
        Assert.Equal(["10.0.0.200:80", "10.0.0.201:80", "10.0.0.1:80"], rows.Take(3).Select(row => row[3].GetString()));
    }

    [Fact]
    public void Nothing_but_no_rows_is_written_without_routes()
    {
        Assert.Equal("""{"backends":[],"moreBackends":0}""", Write([], routes: 0).GetRawText());
    }

    private static IEnumerable<UpstreamState> Well(int first, int count) =>
        Enumerable.Range(first, count).Select(i => Upstream(i, BackendCondition.Available, TimeSpan.Zero));

    private static UpstreamState Upstream(int last, BackendCondition condition, TimeSpan availableIn) => new(
        "cart.shop:80", SocketEndpoint.From(new IPAddress([10, 0, 0, (byte)last]), 80), condition, 3, 5,
        TimeSpan.FromMilliseconds(12), availableIn);

    private static JsonElement Write(ImmutableArray<UpstreamState> upstreams, int routes = 1)
    {
        var state = new RouteState(Direction.Outbound, "cart", upstreams);
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        new BackendRows(() => [.. Enumerable.Repeat(state, routes)]).WriteTo(json);
        json.WriteEndObject();
        json.Flush();
        return JsonDocument.Parse(buffer.WrittenMemory).RootElement;
    }
}
