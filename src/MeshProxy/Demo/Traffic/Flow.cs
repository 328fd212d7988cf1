using System.Collections.Immutable;

namespace MeshProxy.Demo.Traffic;

/// <summary>One of the demo's applications: a server on a port, and clients that use it.</summary>
/// <param name="Name">How its client's tallies are called.</param>
/// <param name="What">What a newcomer reads about it.</param>
internal sealed record Flow(string Name, ushort Port, string What)
{
    public static readonly Flow Web = new("web", 8080, "HTTP");

    /// <summary>The case that other sidecars stall on: the server speaks first, and nobody has marked the port.</summary>
    public static readonly Flow Mail = new("mail", 2525, "a server that speaks first, on a port nobody marked");

    /// <summary>The port is among those that are opaque by default.</summary>
    public static readonly Flow Database = new("database", 3306, "a server that speaks first, on an opaque port");

    public static readonly Flow Download = new("download", 9000, "one long stream");

    public static ImmutableArray<Flow> All { get; } = [Web, Mail, Database, Download];
}
