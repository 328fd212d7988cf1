using MeshProxy.Tests.Support;

namespace MeshProxy.PodTests.Faults;

/// <summary>
/// The known faults and attacks where the kernel matters, by number: T1 to T25 of connections, from a half-close to a full disk, and C1 to
/// C6 of telemetry and control, from labels without end to rules half applied. Each has a test at least, which says so by its trait; those
/// of HTTP are in the unit tests.
/// </summary>
public sealed class NetworkFaultTableTests
{
    /// <summary>Names and repeated requests (T23, T24) and hostile annotations (C5) need no kernel: the unit tests have them.</summary>
    private static readonly string[] Elsewhere = ["T23", "T24", "C5"];

    [Fact]
    public void Every_fault_has_a_test()
    {
        var known = Enumerable.Range(1, 25).Select(number => $"T{number}").Concat(Enumerable.Range(1, 6).Select(number => $"C{number}"));
        Assert.Empty(known.Except(Elsewhere).Except(FaultMarks.Of(typeof(NetworkFaultTableTests).Assembly)));
    }
}
