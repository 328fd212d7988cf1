using System.Collections;
using System.Collections.Immutable;
using MeshProxy.Values;

namespace MeshProxy.DataPlane.Settings;

/// <summary>A set of ports asked about once per connection: 8 KiB of bits, one load and one test per question.</summary>
public sealed class PortSet
{
    private readonly BitArray _ports = new(65536);

    public PortSet(ImmutableArray<PortRange> ranges)
    {
        Ranges = ranges;
        foreach (var range in ranges)
        {
            for (int port = range.First; port <= range.Last; port++)
                _ports[port] = true;
        }
    }

    /// <summary>
    /// The ports of well-known protocols whose server speaks first or that gain nothing from detection: SMTP 25 and 587, MySQL 3306,
    /// Galera 4444, PostgreSQL 5432, Redis 6379, Elasticsearch transport 9300, memcached 11211.
    /// </summary>
    public static PortSet DefaultOpaque { get; } = new(PortList.Parse("25,587,3306,4444,5432,6379,9300,11211", out _));

    public ImmutableArray<PortRange> Ranges { get; }

    public bool Contains(ushort port) => _ports[port];

    public override string ToString() => PortList.Format(Ranges);
}
