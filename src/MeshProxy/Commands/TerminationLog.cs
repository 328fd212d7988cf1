using MeshProxy.Configuration.Reading;

namespace MeshProxy.Commands;

/// <summary>
/// The file that Kubernetes shows as the message of a container that ended (terminationMessagePath). It exists in a pod and is not made
/// elsewhere. What cannot be written there is on standard error all the same.
/// </summary>
internal static class TerminationLog
{
    private const string DefaultPath = "/dev/termination-log";

    /// <summary>The kubelet reads no more of it.</summary>
    private const int LongestMessage = 4096;

    /// <summary>A bug that ends the process leaves its one line too; the stack is on standard error, where the runtime writes it.</summary>
    public static void WriteOnCrash() => AppDomain.CurrentDomain.UnhandledException += (_, crash) =>
        Write([$"ended by a bug, please report it: {crash.ExceptionObject.GetType().Name}: "
            + $"{(crash.ExceptionObject as Exception)?.Message}"]);

    public static void Write(IEnumerable<string> causes)
    {
        var path = Environment.GetEnvironmentVariable(ReservedVariables.TerminationLog) is { Length: > 0 } given ? given : DefaultPath;
        var message = string.Join('\n', causes);
        try
        {
            if (File.Exists(path))
                File.WriteAllText(path, message.Length <= LongestMessage ? message : message[..LongestMessage]);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // Standard error has the causes already.
        }
    }
}
