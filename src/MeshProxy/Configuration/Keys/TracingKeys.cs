using System.Collections.Immutable;
using MeshProxy.Configuration.Syntax;

namespace MeshProxy.Configuration.Keys;

/// <summary>The rows about spans of routed requests.</summary>
internal static class TracingKeys
{
    public static readonly ConfigKey<string> OtlpEndpoint = new("tracing.otlpEndpoint", new OtlpEndpointSyntax(), "",
        "Where spans of routed requests are sent over OTLP/HTTP (protobuf), at /v1/traces where no path is given. Empty is nowhere.");

    public static readonly ConfigKey<int> SampleRatio = new("tracing.samplePerMille", new IntegerSyntax(0, 1000), 1000,
        "Of a thousand traces that begin here, how many are sent. A trace that a client began is followed where the client samples it.");

    public static ImmutableArray<ConfigKey> All => [OtlpEndpoint, SampleRatio];
}
