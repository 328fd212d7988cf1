using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Configuration.Keys;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Commands;

/// <summary>Asks the sidecar of this pod to drain and end, as a Job's last step does.</summary>
internal sealed class ShutdownCommand : MeshCommand
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    private readonly Option<string> _admin = new("--admin")
    {
        Description = "Where the sidecar's admin port is, on loopback.",
        HelpName = "IP:PORT",
        DefaultValueFactory = _ => $"127.0.0.1:{((ConfigValue<ImmutableArray<SocketEndpoint>>)SidecarKeys.AdminListen.Default).Value[0].Port}",
    };

    public ShutdownCommand()
        : base("shutdown", "Ask this pod's sidecar to finish its connections and end.")
    {
        _admin.Validators.Add(option =>
        {
            var text = option.GetValueOrDefault<string>();
            if (!SocketEndpoint.TryParse(text, out var admin) || !admin.IsLoopback)
                option.AddError($"--admin is '{text}'; allowed: a loopback address with a port, such as 127.0.0.1:4191");
        });
        Add(_admin);
    }

    public override ImmutableArray<Example> Examples =>
    [
        new("meshproxy shutdown", "from any container of the pod"),
        new("meshproxy shutdown --admin 127.0.0.1:5191", "where admin.listen has another port"),
    ];

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        var admin = line.GetValue(_admin)!;
        // The app's HTTP_PROXY is not for loopback.
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = AnswerTimeout };
        try
        {
            using var answer = await http.PostAsync(new Uri($"http://{admin}/shutdown"), null, cancelled);
            return answer.IsSuccessStatusCode
                ? ExitCode.Ok
                : Fail(line, ExitCode.OperatingSystem, $"{admin} answered {(int)answer.StatusCode} to POST /shutdown; is it the sidecar's admin port?");
        }
        catch (HttpRequestException unreachable)
        {
            return Fail(line, ExitCode.OperatingSystem, $"no sidecar answers at {admin}: {unreachable.Message}");
        }
        catch (TaskCanceledException)
        {
            return Fail(line, ExitCode.OperatingSystem, $"no answer from {admin} within {AnswerTimeout.TotalSeconds} s");
        }
    }
}
