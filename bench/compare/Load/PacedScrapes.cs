using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>Scrapes at a fixed rate from a thread of its own, over one kept-alive connection as Prometheus does, until stopped.</summary>
internal sealed class PacedScrapes : IDisposable
{
    private readonly List<long> _took = [];
    private readonly Thread _thread;
    private readonly long _interval;
    private volatile bool _isStopped;
    private string? _failure;

    public PacedScrapes(int scrapesPerSecond)
    {
        _interval = PreciseClock.NanosecondsPerSecond / scrapesPerSecond;
        _thread = new Thread(Run);
        _thread.Start();
    }

    /// <summary>What each took in nanoseconds, from question to last byte, sorted.</summary>
    /// <exception cref="MeasurementException">A scrape failed.</exception>
    public long[] Stop()
    {
        Dispose();
        if (_failure is not null || _took.Count == 0)
            throw new MeasurementException(_failure ?? "no scrape came to an end");
        return [.. _took.Order()];
    }

    public void Dispose()
    {
        _isStopped = true;
        _thread.Join();
    }

    private void Run()
    {
        PreciseClock.WakeThisThreadOnTime();
        using var client = new HttpClient();
        var due = PreciseClock.Now + _interval;
        try
        {
            // The first opens the connection, and is not counted.
            SidecarMetrics.Scrape(client);
            for (; !_isStopped; due += _interval)
            {
                PreciseClock.SleepUntil(due);
                var began = PreciseClock.Now;
                SidecarMetrics.Scrape(client);
                _took.Add(PreciseClock.Now - began);
            }
        }
        catch (MeasurementException e)
        {
            _failure = e.Message;
        }
    }
}
