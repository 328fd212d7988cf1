using System.Text;
using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Http.Hpack;
using MeshProxy.DataPlane.Http.Http2;
using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Tests.Http.Http2;

/// <summary>Drives an observer as a relay does, and writes down what it said and what passed.</summary>
internal sealed class ObservedHttp2
{
    private readonly HeaderFields _fields = new();
    private readonly List<byte> _heldOfClient = [];
    private readonly List<byte> _heldOfServer = [];

    public ObservedHttp2(FramingPolicy policy = FramingPolicy.Refuse, Http2Limits? limits = null) =>
        Observer = new Http2Observer(limits ?? Http2Limits.Default, policy, _fields);

    public Http2Observer Observer { get; }

    /// <summary>Milliseconds.</summary>
    public long Now { get; set; } = 1_000_000;

    public List<string> Events { get; } = [];

    public List<byte> PassedOfClient { get; } = [];

    public List<byte> PassedOfServer { get; } = [];

    public string Said => string.Join(" | ", Events);

    public ObservedHttp2 Client(params byte[][] frames)
    {
        foreach (var frame in frames)
            Feed(frame, _heldOfClient, PassedOfClient, isClient: true);
        return this;
    }

    public ObservedHttp2 Server(params byte[][] frames)
    {
        foreach (var frame in frames)
            Feed(frame, _heldOfServer, PassedOfServer, isClient: false);
        return this;
    }

    /// <summary>Both sides have begun.</summary>
    public static ObservedHttp2 Started(FramingPolicy policy = FramingPolicy.Refuse, Http2Limits? limits = null) =>
        new ObservedHttp2(policy, limits).Client(Frames.ClientStart).Server(Frames.Settings());

    private void Feed(byte[] bytes, List<byte> held, List<byte> passed, bool isClient)
    {
        held.AddRange(bytes);
        for (var steps = 0; ; steps++)
        {
            Assert.True(steps < 1_000_000, "the observer does not come to rest");
            var input = held.ToArray();
            var step = isClient ? Observer.NextFromClient(input, Now) : Observer.NextFromServer(input, Now);
            Assert.InRange(step.Bytes, 0, input.Length);
            passed.AddRange(input[..step.Bytes]);
            held.RemoveRange(0, step.Bytes);
            Note(step);
            if (step.Kind is Http2StepKind.NeedMore or Http2StepKind.Refused || step.Kind == Http2StepKind.Opaque && held.Count == 0)
                return;
        }
    }

    private void Note(Http2Step step)
    {
        switch (step.Kind)
        {
            case Http2StepKind.RequestHead:
                Assert.Equal(step.StreamId, Observer.Stream(step.StreamId).Id);
                Events.Add($"{step.StreamId} {_fields.Method.Label()} {Encoding.Latin1.GetString(_fields.Path)}");
                break;
            case Http2StepKind.ResponseHead:
                // The stream may have ended with its head already: then it is told next.
                Events.Add($"{step.StreamId} {_fields.Status}");
                break;
            case Http2StepKind.StreamEnd:
                var stream = Observer.Finished;
                Assert.Equal(step.StreamId, stream.Id);
                var grpc = stream.IsGrpc ? $" grpc {stream.GrpcStatus}" : "";
                Events.Add($"{stream.Id} {stream.End}{grpc}");
                break;
            case Http2StepKind.Refused or Http2StepKind.Opaque:
                var text = $"{step.Kind} {step.Error.Name()}".ToLowerInvariant();
                if (Events.LastOrDefault() != text)
                    Events.Add(text);
                break;
        }
    }
}
