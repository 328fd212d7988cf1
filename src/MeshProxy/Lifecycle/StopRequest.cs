namespace MeshProxy.Lifecycle;

/// <summary>
/// Somebody wants the sidecar to end: a signal, or the admin port. The first begins the drain. A second signal cuts it short; a second
/// call to the admin port does not, because clients repeat calls. Before all that, somebody may say that the pod's end has begun.
/// </summary>
/// <param name="time">Other than the system's, for tests.</param>
internal sealed class StopRequest(TimeProvider? time = null) : IDisposable
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly TaskCompletionSource<string> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<long> _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _appEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _now = new();
    private int _signals;

    /// <summary>Ends with the cause of the first request.</summary>
    public Task<string> Asked => _asked.Task;

    /// <summary>Ends when somebody of this pod has said that the app needs the sidecar no more.</summary>
    public Task AppEnded => _appEnded.Task;

    /// <summary>Cancelled when patience has ended.</summary>
    public CancellationToken Now => _now.Token;

    /// <summary>Since the pod's end was announced, when the kubelet began to count its grace; null where nobody announced it.</summary>
    public TimeSpan? SinceAnnounced => _announced.Task.IsCompleted ? _time.GetElapsedTime(_announced.Task.Result) : null;

    /// <summary>The pod begins to end, as a preStop hook says; the first one counts.</summary>
    public void Announce() => _announced.TrySetResult(_time.GetTimestamp());

    /// <summary>Asked from within the pod, by whoever saw the app end: there is nothing to wait for, whatever the mode.</summary>
    public void AskAfterApp(string cause)
    {
        _appEnded.TrySetResult();
        _asked.TrySetResult(cause);
    }

    public void Signal(string name)
    {
        if (Interlocked.Increment(ref _signals) > 1)
            _now.Cancel();
        _asked.TrySetResult(name);
    }

    public void Dispose() => _now.Dispose();
}
