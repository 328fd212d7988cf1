using MeshProxy.PodTests.Lifecycle.Kubelet;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Lifecycle.Load;

/// <summary>nginx as a container: SIGQUIT lets requests under way finish and closes the rest, as its image's STOPSIGNAL says.</summary>
internal sealed class WebApp : IDisposable
{
    private const int SmallLength = 200;
    private const int LargeLength = 300_000;

    private readonly ScratchDirectory _scratch = new();
    private readonly Pod _pod;

    public WebApp(Pod pod)
    {
        _pod = pod;
        (Port, Http2Port) = (pod.Namespace.NextPort(), pod.Namespace.NextPort());
        Content = new byte[6_000_000];
        Random.Shared.NextBytes(Content);
        File.WriteAllBytes(_scratch.PathOf("huge"), Content);
        File.WriteAllBytes(_scratch.PathOf("large"), Content[..LargeLength]);
        File.WriteAllBytes(_scratch.PathOf("small"), Content[..SmallLength]);
        File.WriteAllText(_scratch.PathOf("nginx.conf"), Configuration);
    }

    public ushort Port { get; }

    /// <summary>HTTP/2 with prior knowledge.</summary>
    public ushort Http2Port { get; }

    /// <summary>
    /// Of /huge, more than all the socket buffers on the way hold; /large and /small are its beginnings, /slow is it within a minute.
    /// </summary>
    public byte[] Content { get; }

    public byte[] Large => Content[..LargeLength];

    public byte[] Small => Content[..SmallLength];

    /// <param name="lingers">Accepts until this has ended, as an app must until nobody knows it any more.</param>
    public ContainerSpec Container(Func<Task>? lingers = null) => new(
        "app", new PodCommand("nginx", "-c", _scratch.PathOf("nginx.conf"), "-e", "stderr"))
    {
        StopSignal = Signal.Quit,
        StartupProbe = () => PortProbe.AnswersAsync(_pod.Namespace, Port),
        PreStop = lingers,
    };

    public void Dispose() => _scratch.Dispose();

    private string Configuration => $$"""
        daemon off;
        worker_processes 1;
        pid {{_scratch.Path}}/pid;
        events { worker_connections 4096; }
        http {
          access_log off;
          keepalive_requests 1000000;
          client_body_temp_path {{_scratch.Path}}/bodies;
          proxy_temp_path {{_scratch.Path}}/proxied;
          fastcgi_temp_path {{_scratch.Path}}/fastcgi;
          uwsgi_temp_path {{_scratch.Path}}/uwsgi;
          scgi_temp_path {{_scratch.Path}}/scgi;
          server {
            listen {{Port}};
            root {{_scratch.Path}};
            location = /slow { alias {{_scratch.Path}}/huge; limit_rate 100k; }
          }
          server { listen {{Http2Port}} http2; root {{_scratch.Path}}; }
        }
        """;
}
