namespace MeshProxy.Lifecycle;

/// <summary>
/// Somebody wants the sidecar to end: a signal, or the admin port. The first begins the drain. A second signal cuts it short; a second
/// call to the admin port does not, because clients repeat calls.
/// </summary>
internal sealed class StopRequest : IDisposable
{
    private readonly TaskCompletionSource<string> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _appEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _now = new();
    private int _signals;

    /// <summary>Ends with the cause of the first request.</summary>
    public Task<string> Asked => _asked.Task;

    /// <summary>Ends when somebody of this pod has said that the app needs the sidecar no more.</summary>
    public Task AppEnded => _appEnded.Task;

    /// <summary>Cancelled when patience has ended.</summary>
    public CancellationToken Now => _now.Token;

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
