namespace MeshProxy.Demo.Stage;

/// <summary>The two namespaces and the cable between them. Nothing of the machine's own network is touched.</summary>
internal sealed class DemoNetwork : IDisposable
{
    private readonly DemoMap _map;

    public DemoNetwork(DemoMap map)
    {
        _map = map;
        try
        {
            HostTool.Run("ip", ["netns", "add", map.Pod]);
            HostTool.Run("ip", ["netns", "add", map.Outside]);
            HostTool.Run("ip", ["-batch", "-"], Cable());
            Furnish(map.Pod, DemoMap.PodV4, DemoMap.PodV6);
            Furnish(map.Outside, DemoMap.OutsideV4, DemoMap.OutsideV6);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        DemoNamespace.Remove(_map.Pod);
        DemoNamespace.Remove(_map.Outside);
    }

    private string Cable() => $"link add eth0 netns {_map.Pod} type veth peer name eth0 netns {_map.Outside}\n";

    // nodad: nobody else can have these addresses, and asking around for them would take a second.
    private static void Furnish(string space, System.Net.IPAddress v4, System.Net.IPAddress v6) => HostTool.Run(
        "ip",
        ["-n", space, "-batch", "-"],
        $"""
        link set lo up
        address add {v4}/24 dev eth0
        address add {v6}/64 dev eth0 nodad
        link set eth0 up

        """);
}
