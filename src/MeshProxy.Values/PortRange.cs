using System.Globalization;

namespace MeshProxy.Values;

/// <summary>An inclusive range of TCP ports, 1 to 65535; a single port is a range of one.</summary>
public readonly record struct PortRange(ushort First, ushort Last)
{
    public bool Contains(ushort port) => port >= First && port <= Last;

    public override string ToString() => First == Last
        ? First.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
}
