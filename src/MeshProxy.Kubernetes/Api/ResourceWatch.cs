using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace MeshProxy.Kubernetes.Api;

/// <summary>
/// All objects of a collection, kept up to date: a list, then watches that go on where the last one ended. A failure leaves what is known
/// in force. One task runs it; anybody may read.
/// </summary>
/// <param name="selector">A label selector; empty is all.</param>
/// <param name="keep">What of an object is remembered, such as only its annotations; the rest is garbage.</param>
public sealed class ResourceWatch(
    KubernetesApi api, ResourcePath resource, string selector = "", Func<JsonObject, JsonObject>? keep = null, TimeProvider? time = null)
{
    /// <summary>
    /// So many in a row, and what is known is listed anew: a server whose store was restored from a backup refuses later versions for ever
    /// (504, "Too large resource version").
    /// </summary>
    private const int MostFailures = 3;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly RetryPause _pause = new(api.Timeouts);
    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableDictionary<string, JsonObject> _current = ImmutableDictionary<string, JsonObject>.Empty;
    private volatile ApiFailure? _failure;
    private string _version = "";
    private long _failed;

    /// <summary>Nothing has come since the list.</summary>
    private bool _isFresh;

    /// <summary>Of the collection, such as <c>namespaces</c>.</summary>
    public string Name => resource.Plural;

    /// <summary>
    /// Lists and watches that ended in a failure, so far; an expired version is one, the server's regular end of a watch is none.
    /// </summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>By full name (<see cref="ApiObject.FullName"/>); not to be written to.</summary>
    public ImmutableDictionary<string, JsonObject> Current => Volatile.Read(ref _current);

    /// <summary>Ends when the first list is complete.</summary>
    public Task Listed => _listed.Task;

    /// <summary>Why what is known may be old; null while the watch goes on.</summary>
    public ApiFailure? Failure => _failure;

    /// <summary>Called by the task that runs this, after every change of <see cref="Current"/> or <see cref="Failure"/>.</summary>
    public event Action? Changed;

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancelled)
    {
        try
        {
            while (true)
            {
                var began = _time.GetTimestamp();
                var failure = await FollowGuardedAsync(cancelled);
                if (failure is not null)
                    Interlocked.Increment(ref _failed);
                // An expired version costs a list, at once, but for one that was listed just now: no server is stormed.
                if (failure is not null && (failure.Kind != ApiFailureKind.Expired || _isFresh))
                    await PauseAsync(failure, cancelled);
                else if (failure is null && _time.GetElapsedTime(began) < api.Timeouts.FirstRetry)
                    await Task.Delay(api.Timeouts.FirstRetry, _time, cancelled);
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
        }
    }

    /// <summary>Whatever happens is a failure to go on from: a watch that has ended for good would go unseen.</summary>
    private async Task<ApiFailure?> FollowGuardedAsync(CancellationToken cancelled)
    {
        try
        {
            return await FollowAsync(cancelled);
        }
        catch (Exception e) when (!cancelled.IsCancellationRequested)
        {
            _version = "";
            return new ApiFailure(ApiFailureKind.BadAnswer, $"watch {resource}: {e.Message}");
        }
    }

    /// <summary>Lists where there is nothing to go on from, then follows one watch to its end.</summary>
    private async Task<ApiFailure?> FollowAsync(CancellationToken cancelled)
    {
        if (_version.Length == 0 && await ListAsync(cancelled) is { } unlisted)
            return unlisted;
        if (!(await api.WatchAsync(resource, _version, selector, cancelled)).Has(out var stream, out var failure))
            return Forgetting(failure);
        using (stream)
        {
            while (await stream.NextAsync(cancelled) is { } next)
            {
                if (!next.Has(out var happened, out failure))
                    return Forgetting(failure);
                Take(happened);
            }
        }
        return null;
    }

    private async Task<ApiFailure?> ListAsync(CancellationToken cancelled)
    {
        if (!(await api.ListAsync(resource, selector, cancelled)).Has(out var list, out var failure))
            return failure;
        (_version, _isFresh) = (list.Version, true);
        Publish(list.Items.ToImmutableDictionary(ApiObject.FullName, Kept, StringComparer.Ordinal));
        _listed.TrySetResult();
        return null;
    }

    private void Take(WatchEvent happened)
    {
        _isFresh = false;
        _version = ApiObject.Text(happened.Object, "metadata", "resourceVersion") ?? _version;
        var name = ApiObject.FullName(happened.Object);
        Publish(happened.Kind switch
        {
            WatchEventKind.Added or WatchEventKind.Modified => _current.SetItem(name, Kept(happened.Object)),
            WatchEventKind.Deleted => _current.Remove(name),
            _ => _current,
        });
    }

    private void Publish(ImmutableDictionary<string, JsonObject> next)
    {
        var isNew = next != _current || _failure is not null;
        Volatile.Write(ref _current, next);
        _failure = null;
        _pause.Reset();
        if (isNew)
            Changed?.Invoke();
    }

    private ApiFailure Forgetting(ApiFailure failure)
    {
        if (failure.Kind == ApiFailureKind.Expired || _pause.Failures + 1 >= MostFailures)
            _version = "";
        return failure;
    }

    private Task PauseAsync(ApiFailure failure, CancellationToken cancelled)
    {
        _failure = failure;
        Changed?.Invoke();
        return Task.Delay(_pause.Next(), _time, cancelled);
    }

    private JsonObject Kept(JsonObject found) => keep is null ? found : keep(found);
}
