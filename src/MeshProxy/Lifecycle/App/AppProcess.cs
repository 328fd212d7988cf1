using System.Runtime.InteropServices;

namespace MeshProxy.Lifecycle.App;

/// <summary>
/// The app as a child. Started with posix_spawn(3) and waited for with waitpid(-1), not with the framework's Process: whoever is process 1
/// of a container inherits its orphans and must reap them too, and the framework reaps only what it started.
/// </summary>
internal sealed partial class AppProcess
{
    /// <summary>What a shell's exit code is for a program that a signal ended.</summary>
    private const int SignalBase = 128;

    /// <summary>glibc's posix_spawnattr_t has 336 bytes, sigset_t 128; musl's are no larger.</summary>
    private const int AttributesSize = 512;

    private const int SignalSetSize = 128;
    private const short SetSignalMask = 0x08;
    private const short SetSignalDefaults = 0x04;

    private readonly int _pid;

    private AppProcess(int pid) => _pid = pid;

    /// <summary>
    /// Starts the program (by PATH), with this process's environment, descriptors and folder, and with every signal as it is by default:
    /// the runtime ignores SIGPIPE for itself, and a child would inherit that.
    /// </summary>
    /// <returns>Null where it cannot be started; then <paramref name="error"/> is why (errno).</returns>
    public static unsafe AppProcess? Start(IReadOnlyList<string> command, out int error)
    {
        var attributes = stackalloc byte[AttributesSize];
        var signals = stackalloc byte[SignalSetSize];
        error = posix_spawnattr_init(attributes);
        if (error != 0)
            return null;
        _ = sigemptyset(signals);
        _ = posix_spawnattr_setsigmask(attributes, signals);
        _ = sigfillset(signals);
        _ = posix_spawnattr_setsigdefault(attributes, signals);
        _ = posix_spawnattr_setflags(attributes, SetSignalMask | SetSignalDefaults);
        var arguments = stackalloc nint[command.Count + 1];
        for (var i = 0; i < command.Count; i++)
            arguments[i] = Marshal.StringToCoTaskMemUTF8(command[i]);
        arguments[command.Count] = 0;
        var environment = EnvironmentBlock();
        int pid;
        fixed (nint* variables = environment)
            error = posix_spawnp(&pid, (byte*)arguments[0], 0, attributes, arguments, variables);
        for (var i = 0; i < command.Count; i++)
            Marshal.FreeCoTaskMem(arguments[i]);
        foreach (var variable in environment)
            Marshal.FreeCoTaskMem(variable);
        _ = posix_spawnattr_destroy(attributes);
        return error == 0 ? new AppProcess(pid) : null;
    }

    public void Send(int signal) => _ = kill(_pid, signal);

    /// <summary>Blocks until the app has ended, reaping whatever else ends meanwhile; its exit code, or 128 and the signal.</summary>
    public unsafe int WaitForExit()
    {
        const int Interrupted = 4;
        while (true)
        {
            int status;
            var ended = waitpid(-1, &status, 0);
            if (ended == _pid)
                return (status & 0x7f) == 0 ? status >> 8 & 0xff : SignalBase + (status & 0x7f);
            if (ended < 0 && Marshal.GetLastPInvokeError() != Interrupted)
                throw new InvalidOperationException($"waitpid: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    private static nint[] EnvironmentBlock()
    {
        var variables = new List<nint>();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables.Add(Marshal.StringToCoTaskMemUTF8($"{variable.Key}={variable.Value}"));
        return [.. variables, 0];
    }

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setsigmask(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static unsafe partial int sigemptyset(byte* signals);

    [LibraryImport("libc")]
    private static unsafe partial int sigfillset(byte* signals);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnp(
        int* pid, byte* program, nint actions, byte* attributes, nint* arguments, nint* environment);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int waitpid(int pid, int* status, int options);

    [LibraryImport("libc")]
    private static partial int kill(int pid, int signal);
}
