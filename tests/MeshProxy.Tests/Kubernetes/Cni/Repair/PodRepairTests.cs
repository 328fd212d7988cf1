using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Cni.Repair;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Cni.Repair;

/// <summary>What the API server is asked and told. No process of these pods runs, so that nothing is touched.</summary>
public sealed class PodRepairTests : IDisposable
{
    private const string Failed = """{"state":{"terminated":{"exitCode":95}},"restartCount":1}""";

    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly TemporaryFolder _proc = new();
    private readonly List<string> _asked = [];
    private readonly List<JsonNode> _events = [];
    private readonly List<RepairResult> _tried = [];
    private readonly KubernetesApi _api;
    private readonly PodRepair _repair;
    private JsonArray _pods = [];

    public PodRepairTests()
    {
        _server.Start();
        _ = Task.Run(ServeAsync);
        _api = new KubernetesApi(
            new ApiServer(new Uri($"http://{_server.LocalEndpoint}")), ApiTimeouts.Default with { Request = TimeSpan.FromMinutes(1) });
        _repair = new PodRepair(_api, new RepairSettings("node-1", _proc.Path, TimeSpan.FromHours(1), MostAtOnce: 2), TimeProvider.System);
        _repair.Tried += _tried.Add;
    }

    [Fact]
    public async Task Each_failure_is_tried_and_said_once()
    {
        _pods = [UnredirectedPodTests.Pod(Failed)];
        await _repair.LookAsync(CancellationToken.None);
        await _repair.LookAsync(CancellationToken.None);
        Assert.Contains("fieldSelector=spec.nodeName%3Dnode-1&resourceVersion=0", _asked[0]);
        var said = Assert.Single(_events);
        Assert.Equal(("NotRedirected", "Warning", "u-1"), (
            said["reason"]!.GetValue<string>(), said["type"]!.GetValue<string>(), said["involvedObject"]!["uid"]!.GetValue<string>()));
        Assert.Contains("no process of the pod runs on this node", said["message"]!.GetValue<string>());

        _pods = [UnredirectedPodTests.Pod(Failed.Replace("1}", "2}", StringComparison.Ordinal))];
        await _repair.LookAsync(CancellationToken.None);
        Assert.Equal(2, _events.Count);
    }

    [Fact]
    public async Task Many_failures_are_spread_over_looks()
    {
        _pods = [.. Enumerable.Range(0, 3).Select(i => UnredirectedPodTests.Pod(Failed, $"u-{i}"))];
        await _repair.LookAsync(CancellationToken.None);
        Assert.Equal(2, _tried.Count);
        await _repair.LookAsync(CancellationToken.None);
        Assert.Equal(3, _tried.Count);
    }

    /// <summary>
    /// An annotation that no reader can make text of, and a /proc that is not there, are said of their pod; the next one has its turn.
    /// </summary>
    [Theory]
    [InlineData("""{"version":1,"\ud800":"1"}""", "not JSON")]
    [InlineData("""{"version":1}""", "--proc")]
    public async Task What_is_wrong_with_one_pod_ends_no_others_repair(string annotation, string said)
    {
        Directory.Delete(_proc.Path);
        var odd = UnredirectedPodTests.Pod(Failed, "u-0");
        odd["metadata"]!["annotations"]!["meshproxy.io/redirect"] = annotation;
        _pods = [odd, UnredirectedPodTests.Pod(Failed)];
        await _repair.LookAsync(CancellationToken.None);
        Assert.Equal(2, _tried.Count);
        Assert.Contains(said, _tried[0].Message);
        Directory.CreateDirectory(_proc.Path);
    }

    [Fact]
    public async Task A_look_that_breaks_is_said_and_the_next_one_comes()
    {
        using var stop = new CancellationTokenSource();
        var (failed, looked) = (new TaskCompletionSource<string>(), new TaskCompletionSource());
        var repair = new PodRepair(_api, new RepairSettings("node-1", _proc.Path, TimeSpan.FromMilliseconds(20)), TimeProvider.System);
        repair.Failed += cause => failed.TrySetResult(cause);
        repair.Tried += _ =>
        {
            if (!failed.Task.IsCompleted)
                throw new InvalidOperationException("a bug");
            looked.TrySetResult();
        };
        _pods = [UnredirectedPodTests.Pod(Failed)];
        var running = Task.Run(() => repair.RunAsync(stop.Token));
        Assert.Contains("a bug", await failed.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        _pods = [UnredirectedPodTests.Pod(Failed, "u-2")];
        await looked.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await running;
    }

    public void Dispose()
    {
        _api.Dispose();
        _server.Dispose();
        _proc.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _server.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        var line = await reader.ReadLineAsync() ?? "";
        var length = 0;
        for (var header = await reader.ReadLineAsync(); !string.IsNullOrEmpty(header); header = await reader.ReadLineAsync())
        {
            if (header.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(header["Content-Length: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        }
        _asked.Add(line);
        if (length > 0)
        {
            var body = new char[length];
            await reader.ReadBlockAsync(body);
            _events.Add(JsonNode.Parse(new string(body))!);
        }
        var answer = Encoding.UTF8.GetBytes(new JsonObject { ["items"] = _pods.DeepClone() }.ToJsonString());
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length}\r\nConnection: close\r\n\r\n"));
        await stream.WriteAsync(answer);
    }
}
