using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using MeshProxy.Netfilter.Linux;

namespace MeshProxy.Netfilter.Leftovers;

/// <summary>
/// Redirecting chains in the tables of iptables-legacy, read from the kernel without its program. Asking for a table creates it, so only
/// those are asked for that /proc lists as existing; the list is readable by root alone, and others skip the look.
/// </summary>
internal static partial class LegacyLeftovers
{
    private const int GetInfo = 64;    // IPT_SO_GET_INFO, IP6T_SO_GET_INFO
    private const int GetEntries = 65; // IPT_SO_GET_ENTRIES, IP6T_SO_GET_ENTRIES
    private const int NameLength = 32;
    private const int InfoLength = 84;
    private const int InfoSizeAt = 80;
    private const int EntriesAt = 40;
    private const int DatagramCloexec = 2 | 0x80000;

    /// <summary>
    /// A user chain begins with an entry of target ERROR that holds its name: a length, the target's name, then the chain's.
    /// </summary>
    private static readonly byte[] ErrorTarget = Encoding.ASCII.GetBytes("ERROR");
    private const int ErrorTargetNameLength = 30;

    public static ImmutableArray<Leftover> Find() =>
    [
        .. Find(family: 2, "/proc/thread-self/net/ip_tables_names", level: 0),
        .. Find(family: 10, "/proc/thread-self/net/ip6_tables_names", level: 41),
    ];

    private static IEnumerable<Leftover> Find(byte family, string list, int level)
    {
        var tables = TablesIn(list);
        if (tables.Length == 0)
            yield break;
        var fd = socket(family, DatagramCloexec, 0);
        if (fd < 0)
            yield break;
        try
        {
            foreach (var table in tables)
            {
                foreach (var chain in ChainsOf(ReadTable(fd, level, table)))
                {
                    if (Leftover.OwnerOf(chain) is { } owner)
                        yield return new Leftover(owner, LeftoverPlace.Legacy, family, table, chain);
                }
            }
        }
        finally
        {
            close(fd);
        }
    }

    private static string[] TablesIn(string list)
    {
        try
        {
            return File.ReadAllLines(list);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The table's entries as the kernel holds them, or nothing where it refuses.</summary>
    private static byte[] ReadTable(int fd, int level, string table)
    {
        var info = new byte[InfoLength];
        Encoding.ASCII.GetBytes(table, info.AsSpan(0, NameLength - 1));
        var length = (uint)info.Length;
        if (getsockopt(fd, level, GetInfo, info, ref length) != 0)
            return [];
        var size = MemoryMarshal.Read<uint>(info.AsSpan(InfoSizeAt));
        var entries = new byte[EntriesAt + size];
        info.AsSpan(0, NameLength).CopyTo(entries);
        MemoryMarshal.Write(entries.AsSpan(NameLength), size);
        length = (uint)entries.Length;
        return getsockopt(fd, level, GetEntries, entries, ref length) == 0 ? entries[EntriesAt..] : [];
    }

    private static IEnumerable<string> ChainsOf(byte[] entries)
    {
        for (var at = entries.AsSpan().IndexOf(ErrorTarget); at >= 0;)
        {
            var name = entries.AsSpan(Math.Min(entries.Length, at + ErrorTargetNameLength));
            var end = name.IndexOf((byte)0);
            yield return Encoding.ASCII.GetString(end < 0 ? name : name[..end]);
            var next = entries.AsSpan(at + ErrorTarget.Length).IndexOf(ErrorTarget);
            at = next < 0 ? -1 : at + ErrorTarget.Length + next;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int fd, int level, int option, Span<byte> value, ref uint length);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
