using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Contenders;

/// <summary>
/// Upstream connections are kept, as anyone configures it who cares for speed; otherwise each request would cost a connect.
/// </summary>
internal sealed class NginxHttp() : Nginx("http")
{
    private const int FirstPort = 14000;

    public override int? ListenPort(Target target) => FirstPort + target.Offset;

    protected override string Section(string folder) => $$"""
        http {
          access_log off;
          keepalive_timeout 600s;
          keepalive_requests 100000000;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
        {{TemporaryPaths(folder)}}
          upstream small { server {{Target.Small}}; keepalive 128; keepalive_requests 100000000; }
          server {
            listen 127.0.0.1:{{ListenPort(Target.Small)}} reuseport;
            location / { proxy_pass http://small; }
          }
        }
        """;
}
