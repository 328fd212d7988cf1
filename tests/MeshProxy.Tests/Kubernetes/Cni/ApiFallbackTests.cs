using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Cni;

/// <summary>Where the runtime hands over no annotations at all. The API server is a socket that says one thing.</summary>
public sealed class ApiFallbackTests : IDisposable
{
    private const string Previous = """{"cniVersion":"1.0.0","ips":[]}""";

    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly TemporaryFolder _folder = new();

    public ApiFallbackTests() => _server.Start();

    [Theory]
    [InlineData("401 Unauthorized", "{}", 110)]
    [InlineData("403 Forbidden", "{}", 110)]
    [InlineData("500 Internal Server Error", "{}", 109)]
    [InlineData("200 OK", "no json", 109)]
    public async Task An_answer_that_says_nothing_fails_the_pod(string status, string body, int code)
    {
        var call = await CallAsync("shop", status, body);
        Assert.Equal((1, code), (call.ExitCode, call.Json["code"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("200 OK", """{"metadata":{"annotations":{"other":"x"}}}""")]
    [InlineData("404 Not Found", "{}")]
    public async Task A_pod_that_is_not_ours_or_that_nobody_knows_passes(string status, string body)
    {
        var call = await CallAsync("shop", status, body);
        Assert.Equal((0, Previous), (call.ExitCode, call.Output));
    }

    [Fact]
    public async Task The_annotation_that_the_api_server_has_counts()
    {
        var call = await CallAsync("shop", "200 OK", """{"metadata":{"annotations":{"meshproxy.io/redirect":"{\"version\":9}"}}}""");
        Assert.Equal(101, call.Json["code"]!.GetValue<int>());
    }

    /// <summary>A StatefulSet's pods have one name after another's.</summary>
    [Theory]
    [InlineData("u-1", "", 101)]
    [InlineData("u-2", "", 109)]
    [InlineData("u-2", ""","kubernetes.io/config.mirror":"x" """, 0)]
    public async Task The_annotation_of_another_pod_of_the_name_does_not_count(string uid, string more, int code)
    {
        var body = """{"metadata":{"uid":"UID","annotations":{"meshproxy.io/redirect":"{\"version\":9}"MORE}}}"""
            .Replace("UID", uid, StringComparison.Ordinal).Replace("MORE", more, StringComparison.Ordinal);
        var call = await CallAsync("shop;K8S_POD_UID=u-1", "200 OK", body);
        Assert.Equal(code, call.ExitCode == 0 ? 0 : call.Json["code"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("http://10.0.0.1", 7)]
    [InlineData("ftp://10.0.0.1", 7)]
    public void A_token_goes_over_https_alone(string server, int code)
    {
        var call = Call("shop", server: server);
        Assert.Equal(code, call.Json["code"]!.GetValue<int>());
        Assert.Contains("https", call.Json["msg"]!.GetValue<string>());
    }

    [Fact]
    public void Pods_of_the_installers_own_namespace_pass_without_a_question()
    {
        Assert.Equal(0, Call("meshproxy").ExitCode);
        Assert.False(_server.Pending());
    }

    /// <summary>It accepts and says nothing.</summary>
    [Fact]
    public void A_server_that_hangs_is_given_up()
    {
        var began = TimeProvider.System.GetTimestamp();
        var call = Call("shop");
        Assert.Equal(109, call.Json["code"]!.GetValue<int>());
        // The limit, less what a timer may be early, and not the next one up, which is the runtime's.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.FromSeconds(4.9), TimeSpan.FromSeconds(25));
        Assert.Contains("no answer in time", call.Json["msg"]!.GetValue<string>());
    }

    [Fact]
    public void No_server_at_all_is_said()
    {
        _server.Stop();
        Assert.Equal(109, Call("shop").Json["code"]!.GetValue<int>());
    }

    [Fact]
    public void Annotations_from_the_runtime_are_never_asked_for_again()
    {
        Assert.Equal(0, Call("shop", """{"io.kubernetes.cri.pod-annotations":null}""").ExitCode);
        Assert.False(_server.Pending());
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    private async Task<PluginCall> CallAsync(string space, string status, string body)
    {
        var answering = AnswerAsync(status, body);
        var call = await Task.Run(() => Call(space));
        await answering;
        return call;
    }

    private PluginCall Call(string space, string runtimeConfig = "{}", string? server = null)
    {
        var token = _folder.Write("token", "secret");
        server ??= $"http://{_server.LocalEndpoint}";
        var input = $$$"""
            {"cniVersion":"1.0.0","name":"n","prevResult":{{{Previous}}},"runtimeConfig":{{{runtimeConfig}}},
             "api":{"server":"{{{server}}}","tokenFile":"{{{token}}}","exceptNamespaces":["meshproxy"]}}
            """;
        return PluginCall.Run("ADD", input, ("CNI_CONTAINERID", "c"), ("CNI_NETNS", "/nowhere"), ("CNI_IFNAME", "eth0"),
            ("CNI_ARGS", $"K8S_POD_NAMESPACE={space};K8S_POD_NAME=cart"));
    }

    private async Task AnswerAsync(string status, string body)
    {
        using var client = await _server.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var head = "";
        var buffer = new byte[4096];
        while (!head.Contains("\r\n\r\n", StringComparison.Ordinal))
            head += Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
        Assert.StartsWith("GET /api/v1/namespaces/shop/pods/cart ", head);
        Assert.Contains("Authorization: Bearer secret", head);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"));
    }
}
