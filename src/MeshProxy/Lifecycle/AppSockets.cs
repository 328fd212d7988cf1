using System.Buffers.Text;
using System.Globalization;

namespace MeshProxy.Lifecycle;

/// <summary>
/// Looks for sockets of other users in this network namespace (/proc/net/tcp and its kin, proc_net_tcp(5)), which is how one container can
/// know of another's end. A socket whose process is gone has inode 0, so TIME_WAIT and the kernel's last deliveries do not count.
/// Listeners come first in the file, so that a living server costs one read.
/// </summary>
internal sealed class AppSockets(string folder, int ownUser)
{
    private const int UserField = 7;
    private const int InodeField = 9;

    private readonly byte[] _buffer = new byte[64 * 1024];

    private static ReadOnlySpan<byte> Listen => "0A"u8;

    public static AppSockets OfThisPod() => new("/proc/self/net", EffectiveUser());

    public AppPresence Look()
    {
        var found = AppPresence.None;
        foreach (var (file, isTcp) in (ReadOnlySpan<(string, bool)>)[("tcp", true), ("tcp6", true), ("udp", false), ("udp6", false)])
        {
            // Whether it listens is asked of TCP alone; for the rest one socket is enough.
            if (!isTcp && found != AppPresence.None)
                break;
            if (Look(Path.Combine(folder, file), isTcp) is var presence && presence > found)
                found = presence;
            if (found == AppPresence.Listening)
                break;
        }
        return found;
    }

    private AppPresence Look(string path, bool isTcp)
    {
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
