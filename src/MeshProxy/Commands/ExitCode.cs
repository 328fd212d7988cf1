using System.Diagnostics.CodeAnalysis;

namespace MeshProxy.Commands;

/// <summary>
/// How every command ends. The numbers are those of sysexits.h where it has one; scripts and Kubernetes events show them.
/// </summary>
internal enum ExitCode
{
    Ok = 0,

    /// <summary>Something that was asked for of a manifest cannot be done; the rest is.</summary>
    NotDone = 1,

    /// <summary>The command line itself is wrong; the only case that prints usage.</summary>
    Usage = 64,

    /// <summary>A configuration, manifest or value is wrong.</summary>
    BadConfig = 65,

    /// <summary>The kernel lacks a feature.</summary>
    KernelLacksFeature = 69,

    /// <summary>What was waited for did not come in time; sysexits.h has one number for this and for the line above.</summary>
    [SuppressMessage("Design", "CA1069:Enums values should not be duplicated", Justification = "EX_UNAVAILABLE is both")]
    Unavailable = 69,

    /// <summary>A system call failed: an address in use, no descriptor left.</summary>
    OperatingSystem = 71,

    /// <summary>A capability or a file's permission is missing.</summary>
    Permission = 77,

    /// <summary>Rules that somebody else made stand in the way.</summary>
    ConflictingRules = 78,

    /// <summary>The redirect is in place but does not do what it should.</summary>
    RedirectCheckFailed = 95,

    /// <summary>As a shell says it: the command of 'await' exists, but cannot be run.</summary>
    CommandCannotRun = 126,

    /// <summary>As a shell says it: the command of 'await' was not found.</summary>
    CommandNotFound = 127,
}
