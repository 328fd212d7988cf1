using System.Diagnostics;
using System.Text;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Support.Processes;

/// <summary>
/// A process running in a pod's namespace. Its output is kept, to wait on and to explain a failure; disposing it kills it.
/// </summary>
internal sealed class PodProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];
    private bool _isDisposed;

    private PodProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Standard output and error in the order they arrived.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static PodProcess Start(NetworkNamespace space, PodCommand command)
    {
        var process = new Process { StartInfo = command.In(space) };
        var started = new PodProcess(process);
        process.OutputDataReceived += started.Keep;
        process.ErrorDataReceived += started.Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Write(command.Input);
        process.StandardInput.Close();
        return started;
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(NetworkNamespace space, PodCommand command)
    {
        using var process = Start(space, command);
        return (await process.ExitAsync(Bound.Work), process.Output);
    }

    /// <summary>Waits for output that contains the text, already arrived or still to come.</summary>
    public async Task SeeAsync(string text, TimeSpan bound)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_output)
        {
            if (_output.ToString().Contains(text, StringComparison.Ordinal))
                return;
            _awaited.Add((text, seen));
        }
        await Task.WhenAny(seen.Task, _process.WaitForExitAsync(), Task.Delay(bound));
        if (!seen.Task.IsCompleted)
            throw new TimeoutException($"'{text}' was not printed within {bound.TotalSeconds} s by {Describe()}");
    }

    /// <summary>Waits until something answers on the port, on the namespace's own loopback, which is never redirected.</summary>
    public Task ListeningAsync(Pod pod, ushort port) => Bound.UntilAsync(
        async () =>
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"ended with {_process.ExitCode}: {Describe()}");
            return await PortProbe.AnswersAsync(pod.Namespace, port);
        },
        Bound.Start,
        () => $"nothing listens on port {port}: {Describe()}");

    public async Task<int> ExitAsync(TimeSpan bound)
    {
        try
        {
            // Also waits for the end of both outputs.
            await _process.WaitForExitAsync().WaitAsync(bound);
            return _process.ExitCode;
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"did not end within {bound.TotalSeconds} s: {Describe()}");
        }
    }

    /// <summary>How many cores the process keeps busy, measured over some time.</summary>
    public async Task<double> CpuShareAsync(TimeSpan measured)
    {
        var (before, started) = (CpuTime.OfProcess(Id), TimeProvider.System.GetTimestamp());
        await Task.Delay(measured);
        return (CpuTime.OfProcess(Id) - before) / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Ends it by that signal, or by force where it takes too long.</summary>
    public void End(Signal signal)
    {
        Send(signal);
        _process.WaitForExit(Bound.Exchange);
        Dispose();
    }

    public void Send(Signal signal) => Signals.Send(Id, signal);

    public string Describe() => $"{string.Join(' ', _process.StartInfo.ArgumentList)}\n{Output}";

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
            return;
        lock (_output)
        {
            _output.Append(line.Data).Append('\n');
            foreach (var (text, seen) in _awaited)
            {
                if (line.Data.Contains(text, StringComparison.Ordinal))
                    seen.TrySetResult();
            }
        }
    }
}
