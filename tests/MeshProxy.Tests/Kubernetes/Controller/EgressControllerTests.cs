using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Controller;
using MeshProxy.Kubernetes.Egress;
using MeshProxy.Tests.Deploy;
using MeshProxy.Tests.Kubernetes.Support;

namespace MeshProxy.Tests.Kubernetes.Controller;

/// <summary>Every client here has the roles of the chart, and no others.</summary>
public sealed class EgressControllerTests : IAsyncLifetime
{
    private const string Own = "meshproxy";
    private ClusterStandIn _cluster = null!;

    public async Task InitializeAsync()
    {
        _cluster = await ClusterStandIn.StartAsync();
        Space(Own);
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Meshed_namespace_gets_its_own_networks_and_those_for_all()
    {
        Space("shop", "enabled");
        Space("bank", "enabled");
        Space("plain");
        Network(Own, "outside", "Deny", null);
        Network("shop", "database", "Allow", "52.1.0.0/16");
        await using var replica = new Replica(_cluster, "one");
        await _cluster.UntilAsync(() => Map("shop") is not null && Map("bank") is not null);
        Assert.Equal(["meshproxy/outside", "shop/database"], NetworksOf("shop"));
        Assert.Equal(["meshproxy/outside"], NetworksOf("bank"));
        Assert.Null(Map("plain"));
        Assert.Null(Map(Own));
    }

    [Fact]
    public async Task Change_is_followed_and_nothing_else_is_written()
    {
        Space("shop", "enabled");
        Space("bank", "enabled");
        Network("shop", "database", "Allow", "52.1.0.0/16");
        await using var replica = new Replica(_cluster, "one");
        await _cluster.UntilAsync(() => Map("shop") is not null && Map("bank") is not null);
        var before = MapWrites();
        Network("shop", "database", "Deny", "52.1.0.0/16");
        await _cluster.UntilAsync(() => Text("shop").Contains("Deny"));
        Space("bank", "enabled", annotation: "changed");
        Network("elsewhere", "database", "Deny", "52.1.0.0/16");
        _cluster.Delete(ResourcePath.EgressNetworks.In("shop"), "database");
        await _cluster.UntilAsync(() => NetworksOf("shop").Length == 0);
        Assert.Equal(["update shop", "update shop"], MapWrites()[before.Count..]);
    }

    [Fact]
    public async Task What_was_made_stays_and_is_followed_when_the_namespace_leaves_the_mesh()
    {
        Space("shop", "enabled");
        Network("shop", "database", "Deny", "52.1.0.0/16");
        await using var replica = new Replica(_cluster, "one");
        await _cluster.UntilAsync(() => Map("shop") is not null);
        Space("shop");
        // Sidecars that run there still read it.
        Network("shop", "other", "Deny", "53.0.0.0/8");
        await _cluster.UntilAsync(() => NetworksOf("shop").Length == 2);
        Assert.Equal(["shop/database", "shop/other"], NetworksOf("shop"));
        Assert.DoesNotContain(MapWrites(), write => write.StartsWith("delete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Namespace_that_never_was_in_the_mesh_and_one_that_is_being_deleted_get_nothing()
    {
        Space("plain");
        Space("going", "enabled", deleted: true);
        Space("shop", "enabled");
        await using var replica = new Replica(_cluster, "one");
        await _cluster.UntilAsync(() => Map("shop") is not null);
        Assert.Equal(["create shop"], MapWrites());
    }

    [Fact]
    public async Task What_somebody_deletes_is_made_again()
    {
        Space("shop", "enabled");
        await using var replica = new Replica(_cluster, "one");
        await _cluster.UntilAsync(() => Map("shop") is not null);
        _cluster.Delete(ResourcePath.ConfigMaps.In("shop"), EgressConfigMap.Name);
        await _cluster.UntilAsync(() => Map("shop") is not null);
    }

    [Fact]
    public async Task Of_two_replicas_one_writes_and_the_other_takes_over_at_once_when_it_ends()
    {
        Space("shop", "enabled");
        var first = new Replica(_cluster, "first");
        await _cluster.UntilAsync(() => Map("shop") is not null);
        await using var second = new Replica(_cluster, "second");
        Network("shop", "database", "Allow", "52.1.0.0/16");
        await _cluster.UntilAsync(() => NetworksOf("shop").Length == 1);
        Assert.False(second.Controller.IsLeader);
        Assert.Equal(["create shop", "update shop"], MapWrites());
        await first.DisposeAsync();
        await _cluster.UntilAsync(() => second.Controller.IsLeader);
        Network("shop", "database", "Deny", "52.1.0.0/16");
        await _cluster.UntilAsync(() => Text("shop").Contains("Deny"));
    }

    [Fact]
    public async Task Lease_of_a_replica_that_died_is_taken_when_its_duration_is_over()
    {
        Space("shop", "enabled");
        _cluster.Put(ResourcePath.Leases.In(Own), JsonNode.Parse(
            """
            {"metadata":{"name":"meshproxy-controller"},
             "spec":{"holderIdentity":"dead","leaseDurationSeconds":1,"renewTime":"2099-01-01T00:00:00.000000Z","leaseTransitions":3}}
            """)!.AsObject());
        await using var replica = new Replica(_cluster, "one");
        await _cluster.UntilAsync(() => Map("shop") is not null);
        Assert.Equal(4, ApiObject.Number(_cluster.Find(ResourcePath.Leases.In(Own), "meshproxy-controller"), "spec", "leaseTransitions"));
    }

    [Fact]
    public async Task Wrong_network_leaves_its_last_right_state_in_force_and_is_complained_of()
    {
        Space("shop", "enabled");
        Network("shop", "database", "Deny", "52.1.0.0/16");
        await using var replica = new Replica(_cluster, "one");
        await _cluster.UntilAsync(() => NetworksOf("shop").Length == 1);
        Network("shop", "database", "Deny", "52.1.0.0/99");
        Network("shop", "other", "Allow", "53.0.0.0/8");
        await _cluster.UntilAsync(() => NetworksOf("shop").Length == 2);
        Assert.Contains("52.1.0.0/16", Text("shop"));
        await _cluster.UntilAsync(() => replica.Complaints.Any(c => c.Contains("shop/database") && c.Contains("52.1.0.0/99")));
    }

    [Fact]
    public async Task ConfigMap_of_somebody_else_is_left_alone()
    {
        Space("shop", "enabled");
        var map = JsonNode.Parse("""{"metadata":{"name":"meshproxy-egress"},"data":{"a":"b"}}""")!.AsObject();
        _cluster.Put(ResourcePath.ConfigMaps.In("shop"), map);
        await using var replica = new Replica(_cluster, "one");
        await _cluster.UntilAsync(() => replica.Complaints.Any(c => c.Contains("shop/meshproxy-egress is somebody else's")));
        Assert.Empty(MapWrites());
    }

    private void Space(string name, string? inject = null, string annotation = "", bool deleted = false)
    {
        var labels = inject is null ? new JsonObject() : new JsonObject { ["meshproxy.io/inject"] = inject };
        _cluster.Put(ResourcePath.Namespaces, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = labels,
                ["annotations"] = new JsonObject { ["a"] = annotation },
                ["deletionTimestamp"] = deleted ? "2026-01-01T00:00:00Z" : null,
            },
        });
    }

    private void Network(string space, string name, string policy, string? cidr)
    {
        var spec = new JsonObject { ["trafficPolicy"] = policy };
        if (cidr is not null)
            spec["networks"] = new JsonArray(new JsonObject { ["cidr"] = cidr });
        _cluster.Put(ResourcePath.EgressNetworks.In(space), new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["managedFields"] = new JsonArray() },
            ["spec"] = spec,
        });
    }

    private JsonObject? Map(string space) => _cluster.Find(ResourcePath.ConfigMaps.In(space), EgressConfigMap.Name);

    private string Text(string space) => string.Concat(EgressConfigMap.Files(Map(space)!).Values);

    /// <summary>As a sidecar reads the mounted files.</summary>
    private string[] NetworksOf(string space)
    {
        var sets = EgressConfigMap.Files(Map(space)!).Select(file => EgressManifests.Parse(file.Value, file.Key, [])).ToList();
        Assert.Empty(sets.SelectMany(set => set.Errors.Concat(set.Skipped)));
        return [.. sets.SelectMany(set => set.Networks).Select(network => network.Name).Order(StringComparer.Ordinal)];
    }

    private List<string> MapWrites() =>
    [
        .. _cluster.Writes
            .Where(write => write.EndsWith("/configmaps/meshproxy-egress", StringComparison.Ordinal))
            .Select(write => $"{write.Split(' ')[0]} {write.Split('/')[4]}"),
    ];

    private sealed class Replica : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly KubernetesApi _api;
        private readonly Task _run;

        public Replica(ClusterStandIn cluster, string name)
        {
            _api = cluster.Connect(name, ChartRoles.Of("meshproxy-webhook"));
            var namespaces = new MeshProxy.Kubernetes.Webhook.WatchedNamespaces(_api).Watch;
            var times = new LeaseTimes(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(4), TimeSpan.FromMilliseconds(100));
            Controller = new EgressController(_api, namespaces, Own, name, times);
            Controller.Complained += complaints => Complaints = complaints;
            _run = Task.WhenAll(namespaces.RunAsync(_end.Token), Controller.RunAsync(_end.Token));
        }

        public EgressController Controller { get; }

        public IReadOnlyList<string> Complaints { get; private set; } = [];

        public async ValueTask DisposeAsync()
        {
            if (_end.IsCancellationRequested)
                return;
            await _end.CancelAsync();
            await _run;
            Controller.Dispose();
            _api.Dispose();
            _end.Dispose();
        }
    }
}
