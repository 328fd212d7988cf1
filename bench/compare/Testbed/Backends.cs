using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;

namespace MeshProxy.Compare.Testbed;

/// <summary>The servers behind the proxies, for the whole run: nginx with a tiny constant answer, iperf3, and one that greets.</summary>
internal sealed class Backends : IDisposable
{
    private readonly ServerProcess _nginx;
    private readonly ServerProcess _iperf;
    private readonly GreetingServer _greeting;

    public Backends(Scratch scratch)
    {
        var folder = scratch.WritableFolder("backend");
        var configuration = scratch.Write("backend.conf", $$"""
            daemon off;
            worker_processes 2;
            worker_rlimit_nofile 16384;
            pid {{folder}}/pid;
            error_log {{folder}}/error.log crit;
            events { worker_connections 8192; }
            http {
              access_log off;
              keepalive_timeout 600s;
              keepalive_requests 100000000;
            {{Nginx.TemporaryPaths(folder)}}
              server {
                listen {{Target.Small}} reuseport backlog=4096;
                listen {{Target.Http1}} reuseport backlog=4096;
                listen {{Target.Http2}} http2 reuseport backlog=4096;
                listen {{Crowd.Port}} reuseport backlog=4096;
                location / { return 200 "ok\n"; }
            {{Locations()}}
              }
            }
            """);
        string[] nginx = ["nginx", "-e", $"{folder}/error.log", "-c", configuration];
        string[] iperf = ["iperf3", "-s", "-B", Target.Address, "-p", $"{Target.Bulk.Port}"];
        _nginx = ServerProcess.Start("backend", ServerProcess.BackendUid, nginx, scratch);
        _iperf = ServerProcess.Start("iperf3", ServerProcess.BackendUid, iperf, scratch);
        _greeting = new GreetingServer(Target.Greeting);
        HttpProbe.WaitForAnswer(Target.Small, _nginx);
    }

    private static string Locations() =>
        string.Join('\n', StatusRequests.Statuses.Select(status => $"    location = /{status} {{ return {status}; }}"));

    public void Dispose()
    {
        _nginx.Dispose();
        _iperf.Dispose();
        _greeting.Dispose();
    }
}
