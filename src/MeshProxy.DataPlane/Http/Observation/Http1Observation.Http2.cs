using MeshProxy.Transport.Relay;

namespace MeshProxy.DataPlane.Http.Observation;

/// <summary>Where the server has switched the connection to HTTP/2, everything goes to an observation of that.</summary>
internal sealed partial class Http1Observation
{
    private Http2Observation? _http2;

    private void BeginHttp2()
    {
        _http2 = new Http2Observation(_profile, _counters, _destination, _clock, _target, _fields, _drain, firstByteAt: 0)
        {
            Access = Access,
        };
        _http2.BeginUpgraded(_observer.Oldest);
        Access?.BecameStream();
    }

    private Inspection InspectHttp2(FlowDirection direction, ReadOnlySpan<byte> arrived, int passed)
    {
        var inspection = _http2!.Inspect(direction, arrived);
        FollowHttp2();
        return inspection with { Passes = passed + inspection.Passes };
    }

    private void FollowHttp2() => (Deadline, Answer, AnswerReason) = (_http2!.Deadline, _http2.Answer, _http2.AnswerReason);
}
