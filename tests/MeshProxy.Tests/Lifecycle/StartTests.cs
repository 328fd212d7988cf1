using System.Net;
using System.Net.Sockets;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Lifecycle;

/// <summary>The real executable's starts, and its refusals to start.</summary>
public sealed class StartTests : IDisposable
{
    private readonly SidecarConfig _config = new();

    public void Dispose() => _config.Dispose();

    [Fact]
    public async Task Sidecar_is_ready_once_it_says_so()
    {
        using var sidecar = _config.Run();
        await sidecar.LineAsync(" 1002 ready");
        using var http = new HttpClient { BaseAddress = _config.Admin };
        Assert.Equal("ready\n", await http.GetStringAsync("/ready"));
        foreach (var port in new[] { 4140, 4143 })
        {
            using var second = new TcpListener(IPAddress.Parse(_config.Address), port);
            Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(second.Start).SocketErrorCode);
        }
    }

    [Fact]
    public async Task Environment_wins_over_the_file()
    {
        using var sidecar = _config.Run(("MESHPROXY_LOG__FORMAT", "json"));
        Assert.StartsWith("{\"time\":", await sidecar.LineAsync("ready"));
    }

    [Theory]
    [InlineData(4191)]
    [InlineData(4140)]
    public async Task Address_in_use_refuses_the_start_with_71_and_one_line(int port)
    {
        using var holder = new TcpListener(IPAddress.Parse(_config.Address), port);
        holder.Start();
        using var sidecar = _config.Run();
        var (code, errors) = await sidecar.ExitAsync();
        Assert.Equal(71, code);
        Assert.StartsWith($"meshproxy: cannot listen on {_config.Address}:{port}: ", errors);
        Assert.Contains("taken", Assert.Single(errors.TrimEnd().Split('\n')));
    }

    [Theory]
    [InlineData("MESHPROXY_ADMIN__LISTEN")]
    [InlineData("MESHPROXY_INBOUND__LISTEN")]
    public async Task Address_of_another_host_refuses_the_start_with_71(string variable)
    {
        using var sidecar = _config.Run((variable, "192.0.2.1:4555"));
        var (code, errors) = await sidecar.ExitAsync();
        Assert.Equal(71, code);
        Assert.StartsWith("meshproxy: cannot listen on 192.0.2.1:4555: the address is not one of", errors);
    }

    [Fact]
    public async Task Wrong_configuration_refuses_the_start_with_65_and_every_mistake_also_in_the_termination_log()
    {
        var termination = Path.Combine(_config.Folder, "termination-log");
        await File.WriteAllTextAsync(termination, "");
        _config.Write(", \"log\": { \"level\": \"x\" }, \"loops\": { \"cuont\": 1 }");

        using var sidecar = _config.Run(("MESHPROXY_TERMINATION_LOG", termination));
        var (code, errors) = await sidecar.ExitAsync();
        Assert.Equal(65, code);
        Assert.Contains("log.level is \"x\"", errors);
        Assert.Contains("did you mean loops.count?", errors);
        Assert.DoesNotContain("Usage", errors);
        Assert.Empty(await sidecar.RestAsync());
        Assert.Equal(errors.Replace("meshproxy: ", "").TrimEnd(), await File.ReadAllTextAsync(termination));
    }

    [Fact]
    public async Task Termination_log_that_does_not_exist_is_not_made()
    {
        var termination = Path.Combine(_config.Folder, "termination-log");
        _config.Write(", \"x\": 1");
        using var sidecar = _config.Run(("MESHPROXY_TERMINATION_LOG", termination));
        Assert.Equal(65, (await sidecar.ExitAsync()).Code);
        Assert.False(File.Exists(termination));
    }

    [Fact]
    public async Task Named_file_that_is_missing_refuses_the_start_with_65()
    {
        using var sidecar = SidecarProcess.Start(_config.Folder, ["run", "--config", "gone.json"]);
        var (code, errors) = await sidecar.ExitAsync();
        Assert.Equal(65, code);
        Assert.Equal("meshproxy: gone.json: the configuration file does not exist\n", errors);
    }
}
