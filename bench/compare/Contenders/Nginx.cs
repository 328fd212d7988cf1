using System.Collections.Immutable;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Contenders;

/// <summary>nginx with two workers, no access log, and a fixed upstream address per listener; all its processes are counted.</summary>
internal abstract class Nginx(string kind) : Contender("nginx-" + kind)
{
    /// <summary>Debian keeps the stream module in a package of its own.</summary>
    public const string StreamModule = "/usr/lib/nginx/modules/ngx_stream_module.so";

    /// <summary>nginx makes these folders at start, and as this uid it may not where it is built to keep them.</summary>
    public static string TemporaryPaths(string folder) => string.Join('\n',
        new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(kind => $"  {kind}_temp_path {folder}/{kind};"));

    public override ImmutableArray<string> Command(Scratch scratch)
    {
        var folder = scratch.WritableFolder(Name);
        var configuration = scratch.Write(Name + ".conf", $$"""
            load_module {{StreamModule}};
            daemon off;
            worker_processes {{Threads}};
            worker_rlimit_nofile {{MaxConnections * 3}};
            pid {{folder}}/pid;
            error_log {{folder}}/error.log crit;
            events { worker_connections {{MaxConnections * 2}}; }
            {{Section(folder)}}

            """);
        return ["nginx", "-e", $"{folder}/error.log", "-c", configuration];
    }

    /// <summary>The <c>stream</c> or <c>http</c> block.</summary>
    protected abstract string Section(string folder);
}
