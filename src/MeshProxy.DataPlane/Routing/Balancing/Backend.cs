using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.DataPlane.Routing.Balancing;

/// <summary>
/// A target of routes and its addresses: one, where it is an address; as many as its name has, where it is a name. An address keeps what is
/// known of it for as long as the name has it.
/// </summary>
internal sealed class Backend
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableArray<UpstreamEndpoint> _endpoints = [];

    /// <param name="target">A valid target: an address or a name, with a port.</param>
    public Backend(string target)
    {
        Target = target;
        if (SocketEndpoint.TryParse(target, out var address))
        {
            _endpoints = [new UpstreamEndpoint(address)];
            _asked.SetResult();
            return;
        }
        var colon = target.LastIndexOf(':');
        Name = target[..colon];
        Port = ushort.Parse(target.AsSpan(colon + 1), CultureInfo.InvariantCulture);
    }

    public string Target { get; }

    /// <summary>Null where the target is an address.</summary>
    public string? Name { get; }

    public ushort Port { get; }

    /// <summary>Complete when the name has been asked for once, whatever the answer.</summary>
    public Task Asked => _asked.Task;

    public ImmutableArray<UpstreamEndpoint> Endpoints
    {
        get => ImmutableInterlocked.InterlockedCompareExchange(ref _endpoints, default, default);
        private set => ImmutableInterlocked.InterlockedExchange(ref _endpoints, value);
    }

    /// <summary>The name's addresses now. None at all is no answer, and changes nothing: the last good one holds.</summary>
    public void Resolved(IEnumerable<IPAddress> addresses)
    {
        var known = Endpoints;
        var next = addresses
            .Select(address => SocketEndpoint.From(address, Port))
            .Distinct()
            .Select(address => known.FirstOrDefault(endpoint => endpoint.Address == address) ?? new UpstreamEndpoint(address))
            .ToImmutableArray();
        if (!next.IsEmpty)
            Endpoints = next;
        _asked.TrySetResult();
    }
}
