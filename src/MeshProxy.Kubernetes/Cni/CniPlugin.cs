using System.Buffers;
using MeshProxy.Netfilter;
using Microsoft.Win32.SafeHandles;

namespace MeshProxy.Kubernetes.Cni;

/// <summary>
/// One call of the plugin, from the runtime's environment and standard input to one JSON object on standard output. What to do comes with
/// the pod, in its annotation: no API server, no token, no host program. A pod without the annotation is not ours, and passes whatever
/// state its namespace, the kernel or the cluster is in; not even it passes where the runtime's own words cannot be understood (codes 1 to
/// 7), or where the runtime hands over no annotations and an API server that is to be asked does not answer. A pod that has it starts
/// redirected or not at all.
/// </summary>
public sealed class CniPlugin
{
    /// <summary>Written by the injector, read here: <see cref="RedirectConfigJson"/>.</summary>
    public const string RedirectAnnotation = "meshproxy.io/redirect";

    private readonly Func<string, string?> _variable;
    private readonly Stream _input;
    private readonly CniLog _log;
    private readonly ArrayBufferWriter<byte> _answer = new();
    private string _version = CniVersions.Newest;

    private CniPlugin(Func<string, string?> variable, Stream input, TextWriter error) =>
        (_variable, _input, _log) = (variable, input, new CniLog(error, TimeProvider.System));

    /// <summary>A runtime started this process to be the plugin.</summary>
    public static bool IsAsked => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(CniCall.CommandVariable));

    /// <summary>The call that this process was started for.</summary>
    /// <returns>The exit code: 0, or 1 with an error object on standard output.</returns>
    public static int Run()
    {
        using var running = MarkRunning();
        DiagnosticFiles.Remove();
        LoadedBefore.Load();
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        return Run(Environment.GetEnvironmentVariable, input, output, Console.Error);
    }

    internal static int Run(Func<string, string?> variable, Stream input, Stream output, TextWriter error)
    {
        try
        {
            var plugin = new CniPlugin(variable, input, error);
            var exitCode = plugin.Answer();
            output.Write(plugin._answer.WrittenSpan);
            output.Flush();
            return exitCode;
        }
        catch (Exception)
        {
            return LastWord(variable(CniCall.CommandVariable), output);
        }
    }

    /// <summary>Where not even a failure can be put into words, as when an assembly cannot be loaded any more: constants.</summary>
    private static int LastWord(string? command, Stream output)
    {
        if (command is "DEL" or "GC")
            return 0;
        output.Write("""{"cniVersion":"1.0.0","code":100,"msg":"the plugin broke; see that meshproxy cni install runs on this node"}"""u8);
        return 1;
    }

    private int Answer()
    {
        try
        {
            Carry(CniCall.Read(_variable));
            return 0;
        }
        catch (CniException e)
        {
            return Failed(e.Error);
        }
        catch (Exception e)
        {
            return Failed(CniError.Of(CniErrorCode.Unexpected, $"{e.GetType().Name}: {e.Message}", e.ToString()));
        }
    }

    private int Failed(CniError error)
    {
        _log.Write($"{_variable(CniCall.CommandVariable)} of {CniPod.Read(_variable("CNI_ARGS") ?? "")}: {error.Message}");
        _answer.ResetWrittenCount();
        if (CniCall.MustSucceed(_variable(CniCall.CommandVariable)))
            return 0;
        error.WriteTo(_answer, _version);
        return 1;
    }

    private void Carry(CniCall call)
    {
        using var config = CniConfig.Read(_input);
        _log.File = config.LogFile;
        if (call.Verb != CniVerb.Version)
            CniVersions.Require(config.Version);
        _version = config.Version ?? CniVersions.Newest;
        switch (call.Verb)
        {
            case CniVerb.Add:
                Add(call, config);
                break;
            case CniVerb.Check when Intent(call, config) is { } wanted:
                PodRedirect.Check(call.NetworkNamespace, wanted);
                break;
            case CniVerb.Del when call.NetworkNamespace.Length > 0 && config.Annotation(RedirectAnnotation) is not null:
                _log.Write($"DEL of {call.Pod}: {PodRedirect.Remove(call.NetworkNamespace)}");
                break;
            case CniVerb.Status:
                PodRedirect.Probe();
                break;
            case CniVerb.Version:
                CniVersions.WriteTo(_answer, _version);
                break;
        }
    }

    private void Add(CniCall call, CniConfig config)
    {
        var previous = config.PreviousResult
            ?? throw new CniException(CniErrorCode.BadConfig, "there is no prevResult: no plugin before this one made an interface");
        CniResult.Require(previous);
        if (Intent(call, config) is { } wanted)
        {
            var lines = PodRedirect.Apply(call.NetworkNamespace, wanted);
            _log.Write($"ADD of {call.Pod}: {lines[0]}, annotation {RedirectConfigJson.HashOf(wanted)}");
            foreach (var line in lines[1..])
                _log.Write($"ADD of {call.Pod}: {line}");
        }
        CniResult.WriteTo(_answer, previous, _version);
    }

    /// <returns>Null for a pod that is not ours.</returns>
    private RedirectConfig? Intent(CniCall call, CniConfig config)
    {
        var text = config.Annotation(RedirectAnnotation);
        if (!config.KnowsAnnotations && config.Api is { } api)
            text = PodLookup.RedirectOf(call.Pod, api);
        else if (!config.KnowsAnnotations)
            _log.Write($"{call.Pod} passes unseen: the runtime hands over no annotations; see --api-dir of meshproxy cni install");
        if (text is null)
            return null;
        return RedirectConfigJson.TryRead(text, out var wanted, out var errors)
            ? wanted
            : throw new CniException(CniErrorCode.BadAnnotation, $"{RedirectAnnotation}: {string.Join("; ", errors)}");
    }

    /// <summary>
    /// A shared lock (flock(2)) on the executable as long as a call runs: whoever would remove it waits for that. Without it the call goes
    /// on all the same.
    /// </summary>
    private static SafeFileHandle? MarkRunning()
    {
        try
        {
            return File.OpenHandle(Environment.ProcessPath!, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
