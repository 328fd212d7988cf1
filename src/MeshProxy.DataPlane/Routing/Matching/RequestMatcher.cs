using System.Collections.Immutable;
using MeshProxy.DataPlane.Settings;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.DataPlane.Routing.Matching;

/// <summary>One way for a request to match: every condition holds.</summary>
internal sealed class RequestMatcher
{
    private const string GrpcType = "application/grpc";

    private readonly RouteMatch _match;
    private readonly TextMatcher _path;
    private readonly ImmutableArray<(string Name, TextMatcher Value)> _headers;

    public RequestMatcher(RouteMatch match)
    {
        _match = match;
        _path = new TextMatcher(match.Path);
        _headers = [.. match.Headers.Select(header => (header.Name, new TextMatcher(header.Value)))];
    }

    public static bool IsGrpc(HttpRequest request) => request.ContentType?.StartsWith(GrpcType, StringComparison.OrdinalIgnoreCase) == true;

    public bool Matches(HttpRequest request) =>
        (_path.IsAnything || _path.Matches(request.Path.Value ?? ""))
        && (_match.Methods.IsEmpty || _match.Methods.Contains(request.Method))
        && MatchesGrpc(request)
        && MatchesHeaders(request);

    private bool MatchesGrpc(HttpRequest request)
    {
        if (_match.GrpcService.Length == 0 && _match.GrpcMethod.Length == 0)
            return true;
        var path = request.Path.Value ?? "";
        var slash = path.LastIndexOf('/');
        return IsGrpc(request)
            && slash > 0
            && (_match.GrpcService.Length == 0 || path.AsSpan(1, slash - 1).SequenceEqual(_match.GrpcService))
            && (_match.GrpcMethod.Length == 0 || path.AsSpan(slash + 1).SequenceEqual(_match.GrpcMethod));
    }

    private bool MatchesHeaders(HttpRequest request)
    {
        foreach (var (name, wanted) in _headers)
        {
            // Several lines of one name are one list (RFC 9110 §5.3); ToString joins them.
            if (!request.Headers.TryGetValue(name, out var value) || !wanted.Matches(value.ToString()))
                return false;
        }
        return true;
    }
}
