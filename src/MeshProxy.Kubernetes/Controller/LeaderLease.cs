using System.Globalization;
using System.Text.Json.Nodes;
using MeshProxy.Kubernetes.Api;

namespace MeshProxy.Kubernetes.Controller;

/// <summary>
/// Which replica acts, by a Lease (coordination.k8s.io/v1). Clocks of different machines are never compared: a holder is gone when its
/// lease has not changed for its duration by our own clock. Writes carry the version that was read, so of two takers one fails.
/// </summary>
internal sealed class LeaderLease(KubernetesApi api, string space, string identity, LeaseTimes times, TimeProvider? time = null)
{
    public const string Name = "meshproxy-controller";

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ResourcePath _leases = ResourcePath.Leases.In(space);
    private string _seen = "";
    private long _seenAt;
    private long _renewedAt;
    private volatile bool _isHolder;

    public bool IsHeld => _isHolder && _time.GetElapsedTime(Interlocked.Read(ref _renewedAt)) < times.Deadline;

    /// <summary>Why nobody knows who holds it.</summary>
    public ApiFailure? Failure { get; private set; }

    /// <summary>After it was won or lost.</summary>
    public event Action? Changed;

    public async Task RunAsync(CancellationToken cancelled)
    {
        try
        {
            while (true)
            {
                var before = IsHeld;
                await StepAsync(cancelled);
                if (before != IsHeld)
                    Changed?.Invoke();
                await Task.Delay(times.Retry, _time, cancelled);
            }
        }
        catch (OperationCanceledException) when (cancelled.IsCancellationRequested)
        {
            await ReleaseAsync();
        }
    }

    private async Task StepAsync(CancellationToken cancelled)
    {
        var began = _time.GetTimestamp();
        var found = await api.GetAsync(_leases, Name, cancelled);
        if (found.Failure is { Kind: ApiFailureKind.NotFound })
            Take(await api.CreateAsync(_leases, Content(null), cancelled), began);
        else if (!found.Has(out var lease, out var failure))
            Failure = failure;
        else if (IsMine(lease) || IsAbandoned(lease))
            Take(await api.ReplaceAsync(_leases, Name, Content(lease), cancelled), began);
        else
            (_isHolder, Failure) = (false, null);
    }

    /// <param name="began">Before the question was sent: others count from its arrival, which is later.</param>
    private void Take(ApiResult<JsonObject> answer, long began)
    {
        Failure = answer.Failure is { Kind: ApiFailureKind.Conflict } ? null : answer.Failure;
        if (answer.Failure is null)
        {
            Interlocked.Exchange(ref _renewedAt, began);
            _isHolder = true;
        }
        else if (answer.Failure.Kind == ApiFailureKind.Conflict)
            _isHolder = false;
    }

    private bool IsMine(JsonObject lease) => ApiObject.Text(lease, "spec", "holderIdentity") == identity;

    private bool IsAbandoned(JsonObject lease)
    {
        var (holder, renewed) = (ApiObject.Text(lease, "spec", "holderIdentity") ?? "", ApiObject.Text(lease, "spec", "renewTime"));
        if (_seen != holder + renewed)
            (_seen, _seenAt) = (holder + renewed, _time.GetTimestamp());
        var duration = TimeSpan.FromSeconds(ApiObject.Number(lease, "spec", "leaseDurationSeconds") ?? times.Duration.TotalSeconds);
        return holder.Length == 0 || _time.GetElapsedTime(_seenAt) >= duration;
    }

    /// <summary>Nobody has to wait for the end of the duration then.</summary>
    private async Task ReleaseAsync()
    {
        if (!IsHeld)
            return;
        _isHolder = false;
        using var patience = new CancellationTokenSource(times.Retry);
        try
        {
            if ((await api.GetAsync(_leases, Name, patience.Token)).Value is { } lease && IsMine(lease))
                await api.ReplaceAsync(_leases, Name, Content(lease, holder: ""), patience.Token);
        }
        catch (OperationCanceledException)
        {
            // It ends by itself.
        }
    }

    private JsonObject Content(JsonObject? lease, string? holder = null)
    {
        var now = _time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
        var isKept = lease is not null && IsMine(lease);
        return new JsonObject
        {
            ["apiVersion"] = "coordination.k8s.io/v1",
            ["kind"] = "Lease",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name,
                ["namespace"] = space,
                ["resourceVersion"] = ApiObject.Text(lease, "metadata", "resourceVersion"),
            },
            ["spec"] = new JsonObject
            {
                ["holderIdentity"] = holder ?? identity,
                ["leaseDurationSeconds"] = Math.Max(1, (int)times.Duration.TotalSeconds),
                ["acquireTime"] = isKept ? ApiObject.Text(lease, "spec", "acquireTime") ?? now : now,
                ["renewTime"] = now,
                ["leaseTransitions"] = (ApiObject.Number(lease, "spec", "leaseTransitions") ?? 0) + (isKept ? 0 : 1),
            },
        };
    }
}
