namespace MeshProxy.PodTests.Faults;

/// <summary>What goes wrong with an upstream.</summary>
public enum Fault
{
    /// <summary>RST for SYN.</summary>
    Refused,

    /// <summary>ICMP, from a firewall that says so.</summary>
    Rejected,

    /// <summary>Nothing for SYN, from a firewall that says nothing.</summary>
    Blackholed,
    ResetBefore,
    ResetMid,
    ResetAfter,
    EndMidBody,
    Garbage,

    /// <summary>One informational response after the other, before the real one.</summary>
    InformationalStorm,

    /// <summary>The request is read, and that is all.</summary>
    Stall,

    /// <summary>A large request is not read for a while.</summary>
    SlowReader,

    /// <summary>From the request on no packet comes through either way.</summary>
    Vanished,
}
