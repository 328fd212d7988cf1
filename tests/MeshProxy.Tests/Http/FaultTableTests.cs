using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Http;

/// <summary>
/// The known attacks on HTTP, by number: H1 to H19 of HTTP/1.1 from contradicting lengths to WebSocket, P1 to P9 of HTTP/2 and gRPC from
/// rapid reset to large messages; and those of T1 to T25 and C1 to C6 that need no kernel, as the others are in the pod tests. Each has a
/// test at least, which says so by its trait.
/// </summary>
public sealed class FaultTableTests
{
    /// <summary>P6 is an attack on the translation of HTTP/2 to HTTP/1, and observed frames stay frames.</summary>
    private static readonly string[] NotHere = ["P6"];

    /// <summary>Answers of name servers, stale connections of a pool, and annotations that are meant to break something.</summary>
    private static readonly string[] WithoutKernel = ["T23", "T24", "C5"];

    [Fact]
    public void Every_attack_has_a_test()
    {
        var known = Enumerable.Range(1, 19).Select(number => $"H{number}").Concat(Enumerable.Range(1, 9).Select(number => $"P{number}"));
        Assert.Empty(known.Concat(WithoutKernel).Except(NotHere).Except(FaultMarks.Of(typeof(FaultTableTests).Assembly)));
    }
}
