using System.Net;
using MeshProxy.DataPlane.Routing.Balancing;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Tests.Routing.Support;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Tests.Routing;

public sealed class EjectionTests
{
    private static readonly RouteEjection Rule = new(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    private readonly ManualTime _time = new();
    private readonly UpstreamEndpoint _endpoint = new(SocketEndpoint.From(IPAddress.Loopback, 80));

    [Fact]
    public void Failures_in_a_row_eject_and_a_success_between_them_starts_anew()
    {
        Ask(UpstreamOutcome.Failure, times: 2);
        Ask(UpstreamOutcome.Success);
        Ask(UpstreamOutcome.Failure, times: 2);
        Assert.True(IsAvailable);
        Assert.True(Ask(UpstreamOutcome.Failure));
        Assert.False(IsAvailable);
    }

    [Fact]
    public void One_request_probes_and_its_success_brings_the_address_back()
    {
        Ask(UpstreamOutcome.Failure, times: 3);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(IsAvailable);
        Assert.True(_endpoint.Begin(_time.Milliseconds));
        Assert.False(IsAvailable);
        Assert.Equal(BackendCondition.Probing, Condition);
        _endpoint.End(UpstreamOutcome.Success, wasProbe: true, Rule, _time.Milliseconds, 0);
        Assert.Equal(BackendCondition.Available, Condition);
        Ask(UpstreamOutcome.Failure, times: 2);
        Assert.True(IsAvailable);
    }

    [Fact]
    public void Failed_probe_ejects_for_twice_as_long_up_to_the_longest()
    {
        Ask(UpstreamOutcome.Failure, times: 3);
        foreach (var seconds in (double[])[1, 2, 4, 8, 10, 10])
        {
            Assert.Equal(seconds, _endpoint.State("", _time.Milliseconds).AvailableIn.TotalSeconds, precision: 3);
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.True(Ask(UpstreamOutcome.Failure));
        }
    }

    [Fact]
    public void Late_answer_from_before_the_ejection_changes_nothing()
    {
        _endpoint.Begin(_time.Milliseconds);
        Ask(UpstreamOutcome.Failure, times: 3);
        _endpoint.End(UpstreamOutcome.Success, wasProbe: false, Rule, _time.Milliseconds, 0);
        Assert.Equal(BackendCondition.Ejected, Condition);
    }

    [Fact]
    public void Probe_whose_client_left_lets_the_next_request_probe()
    {
        Ask(UpstreamOutcome.Failure, times: 3);
        _time.Advance(TimeSpan.FromSeconds(1));
        Ask(UpstreamOutcome.Unknown);
        Assert.True(_endpoint.Begin(_time.Milliseconds));
    }

    [Fact]
    public void Retry_after_puts_aside_for_so_long()
    {
        _endpoint.PutAside(_time.Milliseconds, 2000);
        Assert.Equal(BackendCondition.Aside, Condition);
        Assert.False(IsAvailable);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(IsAvailable);
    }

    private bool IsAvailable => _endpoint.IsAvailable(_time.Milliseconds);

    private BackendCondition Condition => _endpoint.State("", _time.Milliseconds).Condition;

    private bool Ask(UpstreamOutcome outcome, int times = 1)
    {
        var ejected = false;
        for (var time = 0; time < times; time++)
            ejected = _endpoint.End(outcome, _endpoint.Begin(_time.Milliseconds), Rule, _time.Milliseconds, jitter: 0);
        return ejected;
    }
}
