using System.Diagnostics;
using System.Globalization;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Support.Processes;

/// <summary>What to run in a pod, and as whom.</summary>
/// <param name="User">
/// The user and group id, with no capability left; null stays root.
/// Whoever it is, the redirect rules see anybody but the sidecar's own 2102.
/// </param>
/// <param name="OpenFiles">The limit of descriptors (RLIMIT_NOFILE), where not the machine's.</param>
internal sealed record PodCommand(string Program, params string[] Arguments)
{
    /// <summary>nobody: what applications run as. It has an entry in /etc/passwd, which PostgreSQL asks for.</summary>
    public const int ApplicationUser = 65534;

    public int? User { get; init; } = ApplicationUser;

    public int? OpenFiles { get; init; }

    /// <summary>A program with arguments that runs as root before the user is changed, and becomes what follows it.</summary>
    public IReadOnlyList<string> RootLauncher { get; init; } = [];

    public string Input { get; init; } = "";

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Every step before the program replaces its own process, so that the process id started is the program's.</summary>
    public ProcessStartInfo In(NetworkNamespace space)
    {
        string[] line =
        [
            $"--net={space.Path}", "--", .. RootLauncher, .. Limits(), .. Identity(),
            InstalledPrograms.Find(Program) ?? Program, .. Arguments,
        ];
        var start = new ProcessStartInfo("nsenter", line)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        return start;
    }

    private string[] Limits() => OpenFiles is { } limit
        ? ["prlimit", string.Create(CultureInfo.InvariantCulture, $"--nofile={limit}:{limit}")]
        : [];

    private string[] Identity() => User is { } id
        ? ["setpriv", $"--reuid={Text(id)}", $"--regid={Text(id)}", "--clear-groups", "--bounding-set=-all", "--no-new-privs"]
        : [];

    private static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);
}
