using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Peers;

/// <summary>OpenSSH, which returns whatever is sent to it.</summary>
public sealed class SshServer : PodServer
{
    internal ushort Port { get; private set; }

    internal string ClientKey => PathOf("client_key");

    internal override async Task StartAsync(Pod pod)
    {
        Port = pod.Namespace.NextPort();
        await PrepareAsync(pod, KeyPair("host_key"));
        await PrepareAsync(pod, KeyPair("client_key"));
        File.WriteAllText(PathOf("sshd_config"), Configuration);
        // Where sshd locks its unprivileged half in; the distribution makes it when the service starts.
        Directory.CreateDirectory("/run/sshd");
        await Run(pod, new PodCommand("sshd", "-D", "-e", "-f", PathOf("sshd_config")) { User = null }).ListeningAsync(pod, Port);
    }

    private PodCommand KeyPair(string name) =>
        new("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", PathOf(name)) { User = null };

    private string Configuration => $"""
        Port {Port}
        HostKey {PathOf("host_key")}
        PidFile none
        PermitRootLogin yes
        AuthorizedKeysFile {PathOf("client_key")}.pub
        StrictModes no
        UsePAM no
        ForceCommand cat

        """;
}
