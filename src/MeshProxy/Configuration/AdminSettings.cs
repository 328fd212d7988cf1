using System.Collections.Immutable;
using MeshProxy.Admin;
using MeshProxy.Transport.Sockets;

namespace MeshProxy.Configuration;

/// <param name="Listen">Fixed at start. Default 0.0.0.0:4191 and, where the pod has IPv6, [::]:4191.</param>
/// <param name="Page">Who may see the page at /. Default loopback.</param>
internal sealed record AdminSettings(ImmutableArray<SocketEndpoint> Listen, AdminPage Page);
