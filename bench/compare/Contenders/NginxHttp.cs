using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Contenders;

/// <summary>
/// Upstream connections are kept, as anyone configures it who cares for speed; otherwise each request would cost a connect. HTTP/2 it can
/// pass on as HTTP/2 by <c>grpc_pass</c> alone.
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
        {{Upstream("small", Target.Small)}}
        {{Upstream("http1", Target.Http1)}}
        {{Upstream("http2", Target.Http2)}}
        {{Server(Target.Small, "", "proxy_pass http://small")}}
        {{Server(Target.Http1, "", "proxy_pass http://http1")}}
        {{Server(Target.Http2, " http2", "grpc_pass grpc://http2")}}
        }
        """;

    /// <summary>
    /// More are kept than wrk has connections, and than h2load has streams: its gRPC module gives each stream one of its own.
    /// </summary>
    private static string Upstream(string name, Target target) =>
        $"  upstream {name} {{ server {target}; keepalive 512; keepalive_requests 100000000; }}";

    private string Server(Target target, string protocol, string pass) =>
        $"  server {{ listen 127.0.0.1:{ListenPort(target)}{protocol} reuseport; location / {{ {pass}; }} }}";
}
