using System.Globalization;
using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Http.Observation;
using MeshProxy.Transport.Linux;
using MeshProxy.Transport.Loops;
using MeshProxy.Transport.Relay;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Connections;

/// <summary>
/// What becomes of a client whose upstream cannot be reached, or may not be: an answer where it speaks HTTP, else a reset.
/// </summary>
internal sealed partial class ProxiedConnection
{
    /// <summary>
    /// How long a client that has not spoken is waited for when its upstream cannot be reached: its first bytes are usually right behind
    /// its handshake. A refused connect is passed on within 5 ms.
    /// </summary>
    private const int FailurePatienceMilliseconds = 2;

    /// <summary>As much for a client whose destination is denied; it has no upstream that could speak first.</summary>
    private const int DenialPatienceMilliseconds = 1000;

    /// <summary>As much for the first request of an HTTP/2 client that has sent its preface.</summary>
    private const int RequestPatienceMilliseconds = 1000;

    /// <summary>
    /// There will be no upstream. A client that is known to speak HTTP is told why; one that has not spoken yet gets a moment to do so.
    /// </summary>
    private void Fail(CloseReason reason, Errno error, int patience)
    {
        (_failure, _failureError) = (reason, error);
        _upstream?.CloseWithReset();
        _connectDeadline = _detectionDeadline = long.MaxValue;
        if (!_decided && _downstream.Has(Readiness.Readable))
            Detect();
        if (_decided)
            Refuse();
        else if (!_ended)
        {
            _patienceEnds = Clock.Milliseconds + patience;
            ArmTimer();
        }
    }

    private void Refuse()
    {
        if (_refused)
            return;
        if (_protocol is not (Protocol.Http1 or Protocol.Http2))
        {
            End(_failure!.Value, _failureError);
            return;
        }
        var (status, cause) = ConnectFailures.AnswerFor(_failure!.Value);
        var words = string.Create(CultureInfo.InvariantCulture, $"connect, {_target}, {cause}");
        if (_protocol == Protocol.Http1)
            AnswerHttp1(status, words);
        else
            AnswerHttp2(status, words);
    }

    private void AnswerHttp1(int status, string words)
    {
        Access()?.Answered(Peek(), status);
        Answer(status, ErrorAnswers.Http1(status, words));
    }

    private ReadOnlySpan<byte> Peek() =>
        _context.Loop.Scratch.Span[..Math.Max(0, _downstream.Peek(_context.Loop.Scratch).Value)];

    /// <summary>
    /// A request comes behind the client's preface and settings, maybe in a segment of its own: without it there is nothing to answer.
    /// </summary>
    private void AnswerHttp2(int status, string words)
    {
        var answer = ErrorAnswers.Http2(Peek(), status, words, _context.HeaderFields, Access(), out var hasRequest);
        if (_requestDeadline == 0)
            _requestDeadline = Clock.Milliseconds + RequestPatienceMilliseconds;
        if (hasRequest || Clock.Milliseconds >= _requestDeadline || _downstream.Has(Readiness.ReadEnded))
        {
            Answer(status, answer);
            return;
        }
        _patienceEnds = _requestDeadline;
        ArmTimer();
    }

    private void Answer(int status, byte[] answer)
    {
        _refused = true;
        _context.Loop.Timers.Disarm(_timer);
        Counters.Http.Refused(RequestMethod.Other, status);
        new FinalAnswer(_context.Loop, _downstream, answer, _failure!.Value, this).Start();
    }
}
