using System.Collections.Immutable;
using MeshProxy.Netfilter.Linux;
using MeshProxy.Netfilter.Netlink;
using MeshProxy.Values;

namespace MeshProxy.Netfilter.Conntrack;

/// <summary>
/// Brings the namespace's conntrack timeouts to what was asked for: over netlink, and where the kernel cannot do that, through /proc/sys. A
/// timeout is raised and never lowered, unless forced: a shorter one would forget connections that somebody meant to keep. What was
/// written is read back.
/// </summary>
internal static class TimeoutSetter
{
    /// <exception cref="NetfilterException">They could not be set; the message says why and what mends it.</exception>
    public static ImmutableArray<TimeoutChange> Apply(NetlinkSocket socket, ConntrackTimeouts timeouts)
    {
        var wanted = Wanted(timeouts);
        if (wanted.Count == 0)
            return [];
        try
        {
            return Change(wanted, timeouts.Force, () => TimeoutNetlink.Read(socket), changes => TimeoutNetlink.Write(socket, changes));
        }
        catch (NetlinkException e) when (e.Errno is Errno.NotPermitted or Errno.Access)
        {
            throw Permissions.Missing(Capability.NetAdmin, "setting conntrack timeouts");
        }
        catch (NetlinkException e)
        {
            return ChangeFiles(wanted, timeouts.Force, e.Errno);
        }
    }

    /// <summary>What is shorter than asked for (with <see cref="ConntrackTimeouts.Force"/>: other), a line each. Changes nothing.</summary>
    public static ImmutableArray<string> Differences(NetlinkSocket socket, ConntrackTimeouts timeouts)
    {
        var wanted = Wanted(timeouts);
        if (wanted.Count == 0)
            return [];
        var actual = ReadAny(socket);
        return [.. wanted.Where(w => Differs(actual[w.Key], w.Value, timeouts.Force))
            .Select(w => $"- {TcpTimeoutName.Option(w.Key)} {Text(w.Value)}: it is {Text(actual[w.Key])}")];
    }

    private static Dictionary<TcpTimeout, uint> ReadAny(NetlinkSocket socket)
    {
        try
        {
            return TimeoutNetlink.Read(socket);
        }
        catch (NetlinkException)
        {
            return TimeoutFiles.Read();
        }
    }

    /// <param name="netlinkErrno">Why netlink could not do it.</param>
    internal static ImmutableArray<TimeoutChange> ChangeFiles(Dictionary<TcpTimeout, uint> wanted, bool force, int netlinkErrno)
    {
        try
        {
            return Change(wanted, force, TimeoutFiles.Read, TimeoutFiles.Write);
        }
        catch (NetfilterException e)
        {
            throw new NetfilterException(
                FailureKind.Unsupported,
                $"conntrack timeouts were not set: the node lacks nfnetlink_cttimeout ({Errno.Text(netlinkErrno)}), and {e.Failure.Cause}",
                "load nfnetlink_cttimeout on the node, or leave them at the kernel's values (--close-wait-timeout 0, or --best-effort)");
        }
    }

    private static ImmutableArray<TimeoutChange> Change(
        Dictionary<TcpTimeout, uint> wanted,
        bool force,
        Func<Dictionary<TcpTimeout, uint>> read,
        Action<IReadOnlyDictionary<TcpTimeout, uint>> write)
    {
        var before = read();
        var changes = wanted.Where(w => Differs(before[w.Key], w.Value, force)).ToDictionary();
        if (changes.Count > 0)
            write(changes);
        var after = changes.Count > 0 ? read() : before;
        if (changes.FirstOrDefault(c => after[c.Key] != c.Value) is { Value: > 0 } ignored)
            throw new NetfilterException(
                FailureKind.CheckFailed,
                $"{TcpTimeoutName.Option(ignored.Key)} was set to {Text(ignored.Value)}, but reads {Text(after[ignored.Key])}");
        return [.. wanted.Keys.Select(t => ChangeOf(t, before[t], after[t]))];
    }

    private static TimeoutChange ChangeOf(TcpTimeout timeout, uint before, uint after) =>
        new(TcpTimeoutName.Option(timeout), TimeSpan.FromSeconds(before), TimeSpan.FromSeconds(after));

    private static bool Differs(uint actual, uint wanted, bool force) => force ? actual != wanted : actual < wanted;

    private static Dictionary<TcpTimeout, uint> Wanted(ConntrackTimeouts timeouts)
    {
        (TcpTimeout Timeout, TimeSpan? Value)[] all =
        [
            (TcpTimeout.CloseWait, timeouts.CloseWait), (TcpTimeout.Established, timeouts.Established),
            (TcpTimeout.FinWait, timeouts.FinWait), (TcpTimeout.TimeWait, timeouts.TimeWait),
        ];
        return all.Where(t => t.Value is not null).ToDictionary(t => t.Timeout, t => (uint)t.Value!.Value.TotalSeconds);
    }

    private static string Text(uint seconds) => DurationText.Format(TimeSpan.FromSeconds(seconds));
}
