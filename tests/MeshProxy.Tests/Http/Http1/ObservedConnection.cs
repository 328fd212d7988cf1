using System.Text;
using MeshProxy.DataPlane.Http.Http1;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Tests.Http.Http1;

/// <summary>Drives an observer as a relay does, and writes down what it said and what passed.</summary>
internal sealed class ObservedConnection
{
    private readonly Http1Observer _observer;
    private readonly List<byte> _heldRequests = [];
    private readonly List<byte> _heldResponses = [];
    private long _requestBody;
    private long _responseBody;

    public ObservedConnection(FramingPolicy policy = FramingPolicy.Refuse, Http1Limits? limits = null) =>
        _observer = new Http1Observer(limits ?? Http1Limits.Default, policy);

    public Http1Observer Observer => _observer;

    public List<string> RequestEvents { get; } = [];

    public List<string> ResponseEvents { get; } = [];

    public List<byte> PassedRequests { get; } = [];

    public List<byte> PassedResponses { get; } = [];

    public int HeldRequestBytes => _heldRequests.Count;

    public string Requests => string.Join(" | ", RequestEvents);

    public string Responses => string.Join(" | ", ResponseEvents);

    public string PassedRequestText => Encoding.Latin1.GetString([.. PassedRequests]);

    public string PassedResponseText => Encoding.Latin1.GetString([.. PassedResponses]);

    /// <summary>Both directions, in one line.</summary>
    public string Verdict => $"{Requests} / {Responses} / {PassedRequests.Count} {PassedResponses.Count}";

    public ObservedConnection Client(string text) => Client(Encoding.Latin1.GetBytes(text));

    public ObservedConnection Client(ReadOnlySpan<byte> bytes)
    {
        _heldRequests.AddRange(bytes);
        PumpRequests();
        return this;
    }

    public ObservedConnection Server(string text) => Server(Encoding.Latin1.GetBytes(text));

    public ObservedConnection Server(ReadOnlySpan<byte> bytes)
    {
        _heldResponses.AddRange(bytes);
        Pump(_heldResponses, PassedResponses, ResponseEvents, (observer, input) => observer.NextResponse(input), DescribeResponse);
        return this;
    }

    public ObservedConnection ClientEnds()
    {
        Note(RequestEvents, Describe(_observer.EndOfRequests(_heldRequests.Count > 0)));
        return this;
    }

    public ObservedConnection ServerEnds()
    {
        var step = _observer.EndOfResponses(_heldResponses.Count > 0);
        Note(ResponseEvents, step.Kind == Http1StepKind.End ? DescribeResponse(step, default) : Describe(step));
        return this;
    }

    private delegate Http1Step Next(Http1Observer observer, ReadOnlySpan<byte> input);

    private delegate string Describer(Http1Step step, ReadOnlySpan<byte> input);

    private void PumpRequests() =>
        Pump(_heldRequests, PassedRequests, RequestEvents, (observer, input) => observer.NextRequest(input), DescribeRequest);

    private void Pump(List<byte> held, List<byte> passed, List<string> events, Next next, Describer describe)
    {
        for (var steps = 0; ; steps++)
        {
            Assert.True(steps < 1_000_000, "the observer does not come to rest");
            var input = held.ToArray();
            var step = next(_observer, input);
            Assert.InRange(step.Bytes, 0, input.Length);
            passed.AddRange(input[..step.Bytes]);
            held.RemoveRange(0, step.Bytes);
            Note(events, describe(step, input));
            if (step.Kind is Http1StepKind.NeedMore or Http1StepKind.Hold or Http1StepKind.Refused or Http1StepKind.Broken)
                return;
            if (step.Kind == Http1StepKind.Opaque && held.Count == 0)
                return;
        }
    }

    /// <summary>A state that is told again and again (refused, opaque) is noted once.</summary>
    private static void Note(List<string> events, string text)
    {
        var isState = text.StartsWith("refused") || text.StartsWith("broken") || text.StartsWith("opaque");
        if (text.Length > 0 && !(isState && events.LastOrDefault() == text))
            events.Add(text);
    }

    private string DescribeRequest(Http1Step step, ReadOnlySpan<byte> input)
    {
        switch (step.Kind)
        {
            case Http1StepKind.Head:
                var head = _observer.RequestHead(input);
                _requestBody = 0;
                return $"{Encoding.Latin1.GetString(head.MethodText)} {Encoding.Latin1.GetString(head.Target)}";
            case Http1StepKind.Body:
                _requestBody += step.Bytes;
                return "";
            case Http1StepKind.End:
                return $"end {_requestBody}";
            default:
                return Describe(step);
        }
    }

    private string DescribeResponse(Http1Step step, ReadOnlySpan<byte> input)
    {
        switch (step.Kind)
        {
            case Http1StepKind.Head:
                _responseBody = 0;
                return $"{_observer.Response.Status}";
            case Http1StepKind.Body:
                _responseBody += step.Bytes;
                return "";
            case Http1StepKind.End:
                // The end of a response, and a switch, let held requests go on.
                PumpRequests();
                return $"end {_responseBody}";
            case Http1StepKind.Opaque:
                PumpRequests();
                return Describe(step);
            default:
                return Describe(step);
        }
    }

    private static string Describe(Http1Step step) => step.Kind switch
    {
        Http1StepKind.Refused => $"refused {step.Error.Name()}",
        Http1StepKind.Broken => $"broken {step.Error.Name()}",
        Http1StepKind.Opaque when step.Error != FramingError.None => $"opaque {step.Error.Name()}",
        Http1StepKind.Opaque => "opaque",
        _ => "",
    };
}
