using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Peers;

/// <summary>vsftpd for everybody, which hears ABOR in the middle of a transfer only where it comes as urgent data.</summary>
public sealed class FtpServer : PodServer
{
    /// <summary>Left to itself, vsftpd takes any port, now and then one that the tests have marked opaque.</summary>
    private const int FirstDataPort = 29000;

    internal ushort Port { get; private set; }

    internal override Task StartAsync(Pod pod)
    {
        Port = pod.Namespace.NextPort();
        Directory.CreateDirectory(PathOf("empty"));
        Directory.CreateDirectory(PathOf("files"));
        Directory.CreateDirectory(PathOf("files/incoming"));
        File.SetUnixFileMode(PathOf("files/incoming"), File.GetUnixFileMode(Folder));
        File.WriteAllText(PathOf("vsftpd.conf"), Configuration);
        // Root, because vsftpd shuts itself in and changes its user by itself.
        return Run(pod, new PodCommand("vsftpd", PathOf("vsftpd.conf")) { User = null }).ListeningAsync(pod, Port);
    }

    internal void Publish(string name, byte[] content) => File.WriteAllBytes(PathOf("files/" + name), content);

    internal byte[] Uploaded(string name) => File.ReadAllBytes(PathOf("files/incoming/" + name));

    private string Configuration => $"""
        background=NO
        listen=NO
        listen_ipv6=YES
        listen_port={Port}
        anonymous_enable=YES
        no_anon_password=YES
        anon_root={PathOf("files")}
        secure_chroot_dir={PathOf("empty")}
        write_enable=YES
        anon_upload_enable=YES
        anon_umask=000
        async_abor_enable=YES
        seccomp_sandbox=NO
        connect_from_port_20=NO
        pasv_min_port={FirstDataPort}
        pasv_max_port={FirstDataPort + 2999}

        """;
}
