using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Http.Backends;

/// <summary>Apache httpd, which takes both versions of HTTP on one port and says so in its answers (Upgrade: h2c).</summary>
public sealed class ApacheBackend : HttpBackend
{
    /// <summary>It ends its workers, which would otherwise outlive it.</summary>
    private protected override Signal StopSignal => Signal.Terminate;

    internal override Task StartAsync(Pod pod)
    {
        Port = Http2Port = pod.Namespace.NextPort();
        Publish();
        File.WriteAllText(PathOf("httpd.conf"), Configuration);
        return Run(pod, new PodCommand("apache2", "-f", PathOf("httpd.conf"), "-DFOREGROUND")).ListeningAsync(pod, Port);
    }

    private string Configuration => $"""
        ServerName server.test
        ServerRoot {Folder}
        DefaultRuntimeDir {Folder}
        PidFile {Folder}/pid
        ErrorLog {Folder}/error.log
        Listen {Port}
        LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
        LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
        LoadModule http2_module /usr/lib/apache2/modules/mod_http2.so
        Protocols h2c http/1.1
        StartServers 1
        MaxKeepAliveRequests 0
        DocumentRoot {Folder}

        """;
}
