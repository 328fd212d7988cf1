using System.Buffers.Text;
using System.Globalization;
using MeshProxy.Netfilter.Netlink;

namespace MeshProxy.Lifecycle;

/// <summary>
/// Looks for sockets of other users in this network namespace, which is how one container can know of another's end: TCP by asking the
/// kernel, or, where it does not answer, as UDP in /proc/net/tcp and its kin (proc_net_tcp(5)). A socket whose process is gone has inode
/// 0, so TIME_WAIT and the kernel's last deliveries do not count. Listeners are asked for first, and come first in the file.
/// </summary>
internal sealed class AppSockets(string folder, int ownUser, TcpSocketDump? dump) : IDisposable
{
    private const int UserField = 7;
    private const int InodeField = 9;

    private readonly byte[] _buffer = new byte[64 * 1024];

    private static ReadOnlySpan<byte> Listen => "0A"u8;

    public static AppSockets OfThisPod() => new("/proc/self/net", EffectiveUser(), TcpSocketDump.TryOpen());

    public AppPresence Look()
    {
        var found = Ask() ?? LookIn("tcp", "tcp6");
        // Whether it listens is asked of TCP alone; for the rest one socket is enough.
        return found == AppPresence.None ? LookIn("udp", "udp6") : found;
    }

    public void Dispose() => dump?.Dispose();

    private AppPresence? Ask() => dump?.OthersListen(ownUser) switch
    {
        null => null,
        true => AppPresence.Listening,
        false => dump.OthersAreConnected(ownUser) switch
        {
            null => null,
            true => AppPresence.Connected,
            false => AppPresence.None,
        },
    };

    private AppPresence LookIn(string file, string fileOfV6)
    {
        var found = Look(Path.Combine(folder, file));
        if (found == AppPresence.Listening)
            return found;
        var ofV6 = Look(Path.Combine(folder, fileOfV6));
        return ofV6 > found ? ofV6 : found;
    }

    private AppPresence Look(string path)
    {
        var isTcp = Path.GetFileName(path.AsSpan()).StartsWith("tcp");
        try
        {
            using var file = File.OpenHandle(path);
            var found = AppPresence.None;
            var kept = 0;
            for (long offset = 0; ;)
            {
                var read = RandomAccess.Read(file, _buffer.AsSpan(kept), offset);
                if (read == 0)
                    return found;
                offset += read;
                var text = _buffer.AsSpan(0, kept + read);
                for (int end; (end = text.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
                {
                    var presence = PresenceIn(text[..end], isTcp);
                    // Listeners stand before connections: the first connection ends the question.
                    if (presence != AppPresence.None)
                        return presence;
                }
                text.CopyTo(_buffer);
                kept = text.Length;
            }
        }
        catch (IOException)
        {
            // No IPv6 in this namespace.
            return AppPresence.None;
        }
    }

    private AppPresence PresenceIn(ReadOnlySpan<byte> line, bool isTcp)
    {
        var field = 0;
        var listens = false;
        var isOurs = true;
        foreach (var range in line.Split((byte)' '))
        {
            var text = line[range];
            if (text.IsEmpty)
                continue;
            switch (field++)
            {
                case 3:
                    listens = isTcp && text.SequenceEqual(Listen);
                    break;
                case UserField:
                    isOurs = !Utf8Parser.TryParse(text, out int user, out _) || user == ownUser;
                    break;
                case InodeField:
                    var isAlive = !text.SequenceEqual("0"u8);
                    return isOurs || !isAlive ? AppPresence.None : listens ? AppPresence.Listening : AppPresence.Connected;
            }
        }
        return AppPresence.None;
    }

    /// <summary>The second number of Uid: (proc_pid_status(5)).</summary>
    private static int EffectiveUser()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal));
        return int.Parse(line.Split('\t', StringSplitOptions.RemoveEmptyEntries)[2], CultureInfo.InvariantCulture);
    }
}
