using MeshProxy.DataPlane.Settings;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Routing.Balancing;

/// <summary>
/// One address of a backend and what is known of it: requests under way, latency, failures in a row. Used from any thread; a lock of some
/// 20 ns guards each step. Times are milliseconds of the router's clock.
/// </summary>
/// <remarks>
/// Load is latency times requests under way. Latency is a peak-sensitive average (peak EWMA): a slower answer counts at once and in full, a
/// faster one bit by bit, with a time constant of 10 s; an address nobody has asked yet is taken for 30 ms. Where nothing is asked nothing
/// is learned, so what is known fades with the same constant: a slow address has its next request some 10 s per e-fold of its slowness
/// later.
/// </remarks>
internal sealed class UpstreamEndpoint(SocketEndpoint address)
{
    private const double UnknownMilliseconds = 30;
    private const double DecayMilliseconds = 10_000;

    /// <summary>Below it, requests under way alone tell two addresses apart.</summary>
    private const double LeastMilliseconds = 0.1;

    private readonly Lock _lock = new();
    private double _latency = UnknownMilliseconds;
    private double _latencyAt = double.NaN;
    private int _pending;
    private int _failures;
    private int _ejections;
    private double _ejectedUntil;
    private double _asideUntil;
    private bool _isKnown;
    private bool _isEjected;
    private bool _isProbing;

    public SocketEndpoint Address { get; } = address;

    /// <summary>As a URI's scheme and authority.</summary>
    public string Prefix { get; } = $"http://{address}";

    public bool IsAvailable(double now)
    {
        lock (_lock)
        {
            return ConditionAt(now) == BackendCondition.Available
                || _isEjected && !_isProbing && now >= _ejectedUntil && now >= _asideUntil;
        }
    }

    public double Load(double now)
    {
        lock (_lock)
            return Math.Max(_latency * WeightAt(now), LeastMilliseconds) * (_pending + 1);
    }

    /// <summary>When it will be chosen again; in the past where it is available.</summary>
    public double AvailableAt()
    {
        lock (_lock)
            return Math.Max(_asideUntil, _isEjected ? _ejectedUntil : 0);
    }

    /// <returns>Whether this request is the one that probes an ejected address.</returns>
    public bool Begin(double now)
    {
        lock (_lock)
        {
            _pending++;
            if (!_isEjected || _isProbing || now < _ejectedUntil)
                return false;
            _isProbing = true;
            return true;
        }
    }

    public void Answered(double milliseconds, double now)
    {
        lock (_lock)
        {
            var weight = WeightAt(now);
            _latency = milliseconds > _latency || !_isKnown ? milliseconds : _latency * weight + milliseconds * (1 - weight);
            (_latencyAt, _isKnown) = (now, true);
        }
    }

    /// <summary>The address asked to be left alone.</summary>
    public void PutAside(double now, double milliseconds)
    {
        lock (_lock)
            _asideUntil = Math.Max(_asideUntil, now + milliseconds);
    }

    /// <param name="jitter">0 to 1: lengthens an ejection by up to a half, so that many proxies do not come back at once.</param>
    /// <returns>Whether the address is ejected by this.</returns>
    public bool End(UpstreamOutcome outcome, bool wasProbe, RouteEjection ejection, double now, double jitter)
    {
        lock (_lock)
        {
            _pending--;
            if (wasProbe)
                _isProbing = false;
            if (outcome == UpstreamOutcome.Success)
                OnSuccess(wasProbe);
            return outcome == UpstreamOutcome.Failure && OnFailure(wasProbe, ejection, now, jitter);
        }
    }

    public UpstreamState State(string target, double now)
    {
        lock (_lock)
        {
            var until = Math.Max(_asideUntil, _isEjected ? _ejectedUntil : 0);
            return new UpstreamState(
                target, Address, ConditionAt(now), _pending, _failures, _latencyAt > 0 ? TimeSpan.FromMilliseconds(_latency) : null,
                TimeSpan.FromMilliseconds(Math.Max(0, until - now)));
        }
    }

    /// <summary>What is left of what was known; of a new address, from when it was first looked at.</summary>
    private double WeightAt(double now)
    {
        if (double.IsNaN(_latencyAt))
            _latencyAt = now;
        return Math.Exp(Math.Min(0, _latencyAt - now) / DecayMilliseconds);
    }

    private BackendCondition ConditionAt(double now) =>
        _isProbing ? BackendCondition.Probing
        : _isEjected ? BackendCondition.Ejected
        : now < _asideUntil ? BackendCondition.Aside
        : BackendCondition.Available;

    /// <summary>An answer to a request that was sent before an ejection says nothing of the time after it.</summary>
    private void OnSuccess(bool wasProbe)
    {
        if (_isEjected && !wasProbe)
            return;
        (_isEjected, _failures, _ejections) = (false, 0, 0);
    }

    private bool OnFailure(bool wasProbe, RouteEjection ejection, double now, double jitter)
    {
        _failures++;
        if (ejection.Failures == 0 || _isEjected && !wasProbe || !wasProbe && _failures < ejection.Failures)
            return false;
        var penalty = ejection.For.TotalMilliseconds * Math.Pow(2, Math.Min(_ejections, 20));
        _ejections++;
        _isEjected = true;
        _ejectedUntil = now + Math.Min(penalty, ejection.Longest.TotalMilliseconds) * (1 + jitter / 2);
        return true;
    }
}
