using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Network;

/// <summary>
/// A network namespace of the tests' own, named by <see cref="StaleNamespaces"/>' rule. Disposing it kills whatever still runs inside, so
/// that a failed test leaves neither a process nor a namespace.
/// </summary>
internal sealed class NetworkNamespace : IDisposable
{
    private static int _created;

    // Below the range the kernel takes for outgoing connections (32768 and up), so that a port given out is never in use.
    private int _lastPort = 20000;

    private NetworkNamespace(string name) => Name = name;

    /// <summary>Of the names of all that this process makes.</summary>
    public static string PrefixOfThisRun { get; } =
        string.Create(CultureInfo.InvariantCulture, $"{StaleNamespaces.Prefix}{Environment.ProcessId}-");

    public string Name { get; }

    public string Path => $"/run/netns/{Name}";

    /// <summary>One that a runtime has made, by a path of whichever mounts (mount(2) binds a namespace from any).</summary>
    public static NetworkNamespace Attach(string role, string path)
    {
        var attached = new NetworkNamespace(NameFor(role));
        File.WriteAllText(attached.Path, "");
        // Not made canonical, which would lead /proc/PID/root into our own mounts.
        Tool.Run("mount", ["--no-canonicalize", "--bind", path, attached.Path]);
        return attached;
    }

    public static NetworkNamespace Create(string role)
    {
        var name = NameFor(role);
        Tool.Run("ip", ["netns", "add", name]);
        var created = new NetworkNamespace(name);
        try
        {
            // Addresses are ours alone: duplicate address detection would only cost a second each.
            created.WriteSetting("net/ipv6/conf/default/accept_dad", "0");
            created.Configure("link set lo up");
            return created;
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }

    private static string NameFor(string role)
    {
        StaleNamespaces.RemoveOnce();
        return string.Create(CultureInfo.InvariantCulture, $"{PrefixOfThisRun}{Interlocked.Increment(ref _created)}-{role}");
    }

    /// <summary>Runs lines of ip(8) in this namespace, all in one process.</summary>
    public void Configure(params string[] lines) =>
        Tool.Run("ip", ["-n", Name, "-batch", "-"], string.Join('\n', lines) + "\n");

    /// <summary>Sets a sysctl of this namespace, by its path under /proc/sys.</summary>
    public void WriteSetting(string path, string value) => NamespaceThread.Run(Path, () =>
    {
        File.WriteAllText($"/proc/sys/{path}", value);
        return true;
    });

    /// <summary>A port of this namespace that nobody else is given.</summary>
    public ushort NextPort() => (ushort)Interlocked.Increment(ref _lastPort);

    /// <summary>A socket of this namespace, wherever it is used afterwards; an IPv6 one also speaks to mapped IPv4 addresses.</summary>
    public Socket OpenSocket(AddressFamily family)
    {
        var socket = NamespaceThread.Run(Path, () => new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        if (family == AddressFamily.InterNetworkV6)
            socket.DualMode = true;
        return socket;
    }

    public Socket Listen(IPAddress address, ushort port)
    {
        var listener = OpenSocket(address.AddressFamily);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(address, port));
        listener.Listen(4096);
        return listener;
    }

    public void Dispose()
    {
        StaleNamespaces.KillProcesses(Name);
        Tool.Run("ip", ["netns", "delete", Name]);
    }
}
