using System.Diagnostics;
using System.Net.Sockets;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Lifecycle;

public sealed class UnreadOutputTests
{
    [Fact]
    public async Task Sidecar_whose_standard_output_nobody_reads_goes_on()
    {
        using var config = new SidecarConfig();
        config.Write(", \"log\": { \"rateLimit\": 0 }");
        var program = Path.Combine(AppContext.BaseDirectory, "meshproxy");
        using var sidecar = Process.Start(new ProcessStartInfo(program, ["run", "--config", config.Path])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            using var http = new HttpClient { BaseAddress = config.Admin };
            await WaitUntilReadyAsync(http);
            // Every connection here was not redirected, which is refused with a line: more of them than the pipe and the queue hold.
            for (var round = 0; await DroppedAsync(http) == 0; round++)
            {
                Assert.InRange(round, 0, 20);
                await ConnectManyAsync(config.Address);
            }
            Assert.Equal("ready\n", await http.GetStringAsync("/ready"));
        }
        finally
        {
            sidecar.Kill();
        }
    }

    private static async Task<long> DroppedAsync(HttpClient http)
    {
        const string name = "\nmeshproxy_log_lines_dropped_total ";
        var metrics = await http.GetStringAsync("/metrics");
        return long.Parse(metrics[(metrics.IndexOf(name, StringComparison.Ordinal) + name.Length)..].Split('\n')[0]);
    }

    private static async Task WaitUntilReadyAsync(HttpClient http)
    {
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < TimeSpan.FromSeconds(30))
        {
            try
            {
                if ((await http.GetAsync("/ready")).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not bound yet.
            }
            await Task.Delay(20);
        }
        Assert.Fail("the sidecar did not become ready");
    }

    private static async Task ConnectManyAsync(string address)
    {
        for (var i = 0; i < 1000; i++)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await client.ConnectAsync(address, 4143);
            }
            catch (SocketException)
            {
                // Reset before connect returned.
            }
        }
    }
}
