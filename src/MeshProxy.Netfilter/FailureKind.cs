namespace MeshProxy.Netfilter;

/// <summary>What class of cause a failure has.</summary>
public enum FailureKind
{
    /// <summary>A value that cannot be carried out.</summary>
    BadValue,

    /// <summary>The kernel, or a program asked for, lacks something.</summary>
    Unsupported,

    /// <summary>IPv6 was required, and the namespace has none.</summary>
    NoIpv6,

    /// <summary>A system call or a program failed for another reason.</summary>
    OperatingSystem,

    /// <summary>A capability is missing, or a file is read-only.</summary>
    Permission,

    /// <summary>Another mesh's rules stand in the namespace.</summary>
    Conflict,

    /// <summary>The rules are not what was asked for, or a probe was not redirected.</summary>
    CheckFailed,
}
