using MeshProxy.DataPlane.Detection;
using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Connections;

/// <summary>
/// What becomes of a client whose first bytes do not decide in time. One that was silent until then is relayed as opaque, but where HTTP is
/// spoken it is waited for further: it is heard at once in any case, and must not escape the checks of HTTP by its patience.
/// </summary>
internal sealed partial class ProxiedConnection
{
    /// <summary>Milliseconds of the loop's clock; 0 where the first bytes decided.</summary>
    private long _firstByteAt;
    private bool _waitsOn;

    private void OnFirstByte()
    {
        _firstByteAt = Clock.Milliseconds;
        if (!_waitsOn)
            return;
        _detectionDeadline = _firstByteAt + _profile.DetectionTimeout;
        ArmTimer();
    }

    private void OnDetectionDeadline()
    {
        var bytes = Peek();
        if (!bytes.IsEmpty)
            DecideInTime(ProtocolDetector.AtDeadline(bytes, _destination!.HasSpokenHttp));
        else if (_waitsOn)
            End(CloseReason.IdleTimeout, Errno.None);
        else if (_destination!.HasSpokenHttp)
        {
            _waitsOn = true;
            _detectionDeadline = _profile.Limits.Idle > 0 ? Clock.Milliseconds + _profile.Limits.Idle : long.MaxValue;
        }
        else
            Decide(Protocol.Opaque, DetectionOutcome.Timeout);
    }

    private void DecideInTime(DetectionResult result)
    {
        if (result == DetectionResult.Http1)
            Decide(Protocol.Http1, DetectionOutcome.Http1);
        else if (result == DetectionResult.Http2)
            Decide(Protocol.Http2, DetectionOutcome.Http2);
        else
            Decide(Protocol.Opaque, DetectionOutcome.Timeout);
    }
}
