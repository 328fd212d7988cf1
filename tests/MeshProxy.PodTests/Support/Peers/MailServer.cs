using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Peers;

/// <summary>Exim, an SMTP server that puts every letter into one box.</summary>
public sealed class MailServer : PodServer
{
    internal ushort Port { get; private set; }

    /// <summary>All letters so far.</summary>
    internal string Letters => File.Exists(PathOf("box")) ? File.ReadAllText(PathOf("box")) : "";

    internal override Task StartAsync(Pod pod)
    {
        Port = pod.Namespace.NextPort();
        File.WriteAllText(PathOf("exim.conf"), Configuration);
        // Root, because Exim changes to its own user by itself.
        return Run(pod, new PodCommand("exim4", "-bdf", "-C", PathOf("exim.conf")) { User = null }).ListeningAsync(pod, Port);
    }

    private string Configuration => $$"""
        primary_hostname = mail.test
        local_interfaces = <; 0.0.0.0.{{Port}} ; ::0.{{Port}}
        spool_directory = {{PathOf("spool")}}
        log_file_path = {{PathOf("log-%slog")}}
        pid_file_path = {{PathOf("pid")}}
        tls_advertise_hosts =
        keep_environment =
        rfc1413_query_timeout = 0s
        acl_smtp_rcpt = accept
        acl_smtp_data = accept
        begin routers
        everybody:
          driver = accept
          transport = box
        begin transports
        box:
          driver = appendfile
          file = {{PathOf("box")}}
          user = Debian-exim
          group = Debian-exim

        """;
}
