using System.Text;
using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.DataPlane.Http.Observation;
using MeshProxy.Transport.Kestrel;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Routing;

/// <summary>
/// Lets Kestrel see only what is framed beyond doubt: the parser of observed HTTP runs over a terminated HTTP/1 connection too, for Kestrel
/// reads some of what the parser refuses in a way of its own. A head passes whole or not at all, whatever <c>http.framing</c> says: where a
/// request begins must be known before it can be routed.
/// </summary>
/// <remarks>Some 0.3 µs per request. A body passes in strides and is not looked at, but for the lines between its chunks.</remarks>
internal sealed class RequestGate(DirectionRouting routing, SocketEndpoint client, SocketEndpoint target) : InputGate
{
    /// <summary>A head and what follows it fit into the block that a connection reads into.</summary>
    private static readonly Http1Limits Limits = Http1Limits.Default with { HeadBytes = 60 * 1024 };

    private RequestParser _requests;
    private int _passed;
    private int _awaited;
    private int _answered;
    private int _endsAfter;
    private bool _isInBody;
    private bool _isLast;
    private bool _isOpaque;

    /// <summary>The number of the request under way, counted from 1; for whoever answers it.</summary>
    public int Request => _answered + 1;

    public override bool IsInHead => !_isInBody && _awaited == 0 && !_isOpaque;

    public override long HeadTimeout => (long)routing.Settings.Http.Timeouts.RequestHead.TotalMilliseconds;

    private bool IsSwitchPending => _awaited != 0 && !_isInBody;

    public override GateVerdict Inspect(ReadOnlySpan<byte> arrived, out int passes)
    {
        passes = _isOpaque ? arrived.Length : 0;
        while (!_isOpaque)
        {
            if (IsSwitchPending)
                return passes < arrived.Length ? GateVerdict.Hold : GateVerdict.ReadOn;
            var step = _requests.Next(arrived[passes..], Limits);
            if (step.Kind == Http1StepKind.Head && !TakeHead(_requests.Head(arrived[passes..])))
                return Refuse(FramingError.BadTarget);
            passes += step.Bytes;
            switch (step.Kind)
            {
                case Http1StepKind.Head or Http1StepKind.Body:
                    break;
                case Http1StepKind.End:
                    _isInBody = false;
                    if (_isLast)
                        return GateVerdict.End;
                    break;
                case Http1StepKind.Refused:
                    return Refuse(step.Error);
                case Http1StepKind.Broken:
                    return GateVerdict.Abort;
                default:
                    return GateVerdict.ReadOn;
            }
        }
        return GateVerdict.ReadOn;
    }

    public override void OnSwitchDecided(int request, bool isSwitched)
    {
        if (request != _awaited)
            return;
        _awaited = 0;
        _isOpaque = isSwitched;
    }

    public override bool AwaitsAnswers()
    {
        if (_isInBody || _isOpaque)
            return false;
        Interlocked.Exchange(ref _endsAfter, _passed);
        return Volatile.Read(ref _answered) < _passed;
    }

    /// <summary>By whoever has answered a request.</summary>
    /// <returns>Whether the end of the input waits for this.</returns>
    public bool Answered() => Interlocked.Increment(ref _answered) == Volatile.Read(ref _endsAfter);

    public override void OnEnded(bool keeps)
    {
        if (!_isOpaque && _requests.EndOfInput(keeps) is { Kind: Http1StepKind.Refused, Error: var error })
            Refuse(error);
    }

    public override void OnHeadTimeout() => Refuse(408, CloseReason.RequestHeadTimeout, "request head took too long");

    /// <summary>False where Kestrel would not take the target: it reads none that is not ASCII.</summary>
    private bool TakeHead(in RequestHead head)
    {
        if (!Ascii.IsValid(head.Target))
            return false;
        _passed++;
        _isInBody = true;
        // Nobody switches to h2c here, and no request with content is one that may.
        _awaited = head is { HasBody: false, Upgrade: UpgradeProtocol.WebSocket or UpgradeProtocol.Other } ? _passed : 0;
        _isLast = head.Closes && _awaited == 0;
        return true;
    }

    private GateVerdict Refuse(FramingError error)
    {
        Refuse(error.RequestStatus(), CloseReason.RequestRefused, error.Name());
        return GateVerdict.End;
    }

    private void Refuse(int status, CloseReason reason, string cause)
    {
        (Reason, Answer) = (reason, ErrorAnswers.Http1(status, $"request, {cause}"));
        routing.Refused(client, target, status);
    }
}
