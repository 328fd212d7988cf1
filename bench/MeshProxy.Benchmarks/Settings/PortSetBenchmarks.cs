using BenchmarkDotNet.Attributes;
using MeshProxy.DataPlane.Settings;
using MeshProxy.Values;

namespace MeshProxy.Benchmarks.Settings;

/// <summary>Asked once per connection; built once per reload.</summary>
public class PortSetBenchmarks
{
    private readonly PortSet _ports = PortSet.DefaultOpaque;

    /// <summary>A member that is written, so that the question is asked at run time.</summary>
    public ushort Port { get; set; } = 3306;

    [Benchmark]
    public bool Contains() => _ports.Contains(Port++);

    [Benchmark]
    public PortSet Parse() => new(PortList.Parse("25,587,3306,4444,5432,6379,9300,11211", out _));
}
