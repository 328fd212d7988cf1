using MeshProxy.PodTests.Http.Backends;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Peers;

/// <summary>nginx: serves a folder, keeps uploads and posted forms, and does the same over TLS and over HTTP/2 on other ports.</summary>
public sealed class NginxServer : HttpBackend
{
    internal ushort TlsPort { get; private set; }

    /// <summary>What a client must trust, as a PEM file.</summary>
    internal string CertificateFile => PathOf("certificate.pem");

    internal override async Task StartAsync(Pod pod)
    {
        (Port, TlsPort, Http2Port) = (pod.Namespace.NextPort(), pod.Namespace.NextPort(), pod.Namespace.NextPort());
        Publish();
        TestCertificate.Write(CertificateFile, PathOf("key.pem"), [pod.V4, pod.V6]);
        File.WriteAllText(PathOf("nginx.conf"), Configuration);
        await Run(pod, new PodCommand("nginx", "-c", PathOf("nginx.conf"), "-e", "stderr")).ListeningAsync(pod, Port);
    }

    /// <summary>A file it serves: random, so that no two stretches of it are alike.</summary>
    internal byte[] Publish(string name, int length)
    {
        var content = new byte[length];
        Random.Shared.NextBytes(content);
        File.WriteAllBytes(PathOf(name), content);
        return content;
    }

    internal byte[] Uploaded(string name) => File.ReadAllBytes(PathOf("uploads/" + name));

    // One process, unprivileged, with every path in its own folder. A form is passed on to itself, because only then nginx reads all of it.
    private string Configuration => $$"""
        daemon off;
        master_process off;
        pid {{Folder}}/pid;
        events { }
        http {
          access_log off;
          default_type application/octet-stream;
          client_max_body_size 0;
          client_body_temp_path {{Folder}}/bodies;
          proxy_temp_path {{Folder}}/proxied;
          fastcgi_temp_path {{Folder}}/fastcgi;
          uwsgi_temp_path {{Folder}}/uwsgi;
          scgi_temp_path {{Folder}}/scgi;
          ssl_certificate {{CertificateFile}};
          ssl_certificate_key {{PathOf("key.pem")}};
          server {
            listen {{Port}};
            listen [::]:{{Port}};
            listen {{TlsPort}} ssl;
            listen [::]:{{TlsPort}} ssl;
            listen {{Http2Port}} http2;
            root {{Folder}};
            location /uploads/ { dav_methods PUT; create_full_put_path on; }
            location /form { proxy_pass http://127.0.0.1:{{Port}}/received; }
            location /received { return 200 "received $content_length"; }
          }
        }
        """;
}
