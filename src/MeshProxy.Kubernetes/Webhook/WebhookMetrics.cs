using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Webhook;

/// <summary>Counters of the webhook. Written from many threads.</summary>
public sealed class WebhookMetrics
{
    /// <summary>Inclusive upper bounds in seconds.</summary>
    public static readonly ImmutableArray<double> Bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

    private readonly long[] _results = new long[Enum.GetValues<AdmissionResult>().Length];
    private readonly long[] _durations = new long[Bounds.Length + 1];
    private long _warnings;
    private long _ticks;

    public long Warnings => Interlocked.Read(ref _warnings);

    public double DurationSum => TimeSpan.FromTicks(Interlocked.Read(ref _ticks)).TotalSeconds;

    public long Count(AdmissionResult result) => Interlocked.Read(ref _results[(int)result]);

    public long[] Durations() => [.. _durations];

    internal void Add(AdmissionResult result, int warnings, TimeSpan took)
    {
        Interlocked.Increment(ref _results[(int)result]);
        Interlocked.Add(ref _warnings, warnings);
        Interlocked.Add(ref _ticks, took.Ticks);
        var bucket = 0;
        while (bucket < Bounds.Length && took.TotalSeconds > Bounds[bucket])
            bucket++;
        Interlocked.Increment(ref _durations[bucket]);
    }
}
