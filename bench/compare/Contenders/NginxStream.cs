using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Contenders;

internal sealed class NginxStream() : Nginx("stream")
{
    private const int FirstPort = 13000;

    public override int? ListenPort(Target target) => FirstPort + target.Offset;

    protected override string Section(string folder) => $$"""
        stream {
        {{string.Join('\n', Target.All.Select(Server))}}
        }
        """;

    private string Server(Target target) =>
        $"  server {{ listen 127.0.0.1:{ListenPort(target)} reuseport; proxy_pass {target}; proxy_timeout 1h; }}";
}
