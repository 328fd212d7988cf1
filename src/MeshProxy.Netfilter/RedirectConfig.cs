using System.Collections.Immutable;
using MeshProxy.Values;

namespace MeshProxy.Netfilter;

/// <summary>
/// Everything that decides which connections of a network namespace pass the proxy. A value; <see cref="Redirect"/> carries it out.
/// </summary>
public sealed record RedirectConfig
{
    public ProxyIdentity Proxy { get; init; } = new();

    public InboundRedirect Inbound { get; init; } = new();

    public OutboundRedirect Outbound { get; init; } = new();

    /// <summary>
    /// Segments that conntrack cannot place in a redirected connection are dropped, as lost ones are. Translated they are not, so they
    /// would reach a socket that does not know them, and its reset would end a healthy connection.
    /// </summary>
    public bool DropInvalid { get; init; } = true;

    public Ipv6Mode Ipv6 { get; init; }

    public ConntrackTimeouts Timeouts { get; init; } = ConntrackTimeouts.Default;

    /// <summary>Inbound ports that bypass the proxy: those asked for, and the proxy's admin port.</summary>
    internal ImmutableArray<PortRange> InboundSkipPorts =>
        PortList.Merge([.. Inbound.SkipPorts, new PortRange(Inbound.AdminPort, Inbound.AdminPort)]);

    /// <summary>Every contradiction in it, one line each; none where it can be carried out.</summary>
    public ImmutableArray<string> Errors()
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        CheckIdentity(errors);
        CheckPorts(errors);
        CheckTimeout("close-wait-timeout", Timeouts.CloseWait, errors);
        CheckTimeout("established-timeout", Timeouts.Established, errors);
        CheckTimeout("fin-wait-timeout", Timeouts.FinWait, errors);
        CheckTimeout("time-wait-timeout", Timeouts.TimeWait, errors);
        return errors.ToImmutable();
    }

    private void CheckIdentity(ImmutableArray<string>.Builder errors)
    {
        const uint Largest = uint.MaxValue - 1;
        if (Proxy.Uid is 0 or > Largest)
            errors.Add($"proxy-uid: {Proxy.Uid} cannot be the proxy's; choose a user from 1 to {Largest} that only the proxy runs as");
        if (Proxy.Gid is 0 or > Largest)
            errors.Add($"proxy-gid: {Proxy.Gid} cannot be the proxy's; choose a group from 1 to {Largest} that only the proxy has");
        if (Proxy.Mark is 0 or ProbeMark)
            errors.Add($"proxy-mark: 0x{Proxy.Mark:x} is taken; choose another socket mark, such as 0x4d50");
    }

    private void CheckPorts(ImmutableArray<string>.Builder errors)
    {
        (string Name, ushort Port)[] ports =
            [("inbound-port", Inbound.Port), ("outbound-port", Outbound.Port), ("admin-port", Inbound.AdminPort)];
        foreach (var (name, port) in ports)
        {
            if (port == 0)
                errors.Add($"{name}: 0 is not a port from 1 to 65535");
            foreach (var (other, otherPort) in ports)
            {
                if (port == otherPort && port != 0 && string.CompareOrdinal(name, other) > 0)
                    errors.Add($"{name}: {port} is also {other}; each needs a port of its own");
            }
        }
    }

    private static void CheckTimeout(string name, TimeSpan? timeout, ImmutableArray<string>.Builder errors)
    {
        if (timeout is not { } value)
            return;
        var longest = ConntrackTimeouts.Longest;
        if (value < TimeSpan.FromSeconds(1) || value > longest || value.Ticks % TimeSpan.TicksPerSecond != 0)
            errors.Add($"{name}: {DurationText.Format(value)} is not a whole number of seconds from 1s to {DurationText.Format(longest)}");
    }

    /// <summary>
    /// Carried only by the self-test's own sockets, which are redirected whoever runs them; setting a mark takes NET_ADMIN or NET_RAW.
    /// </summary>
    internal const uint ProbeMark = 0x6d70_7062;
}
