using System.Buffers;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using MeshProxy.Netfilter;
using MeshProxy.Values;

namespace MeshProxy.Kubernetes.Cni;

/// <summary>
/// Loads what a call can come to need, before it waits for its input: from then on it does not open its own file again, which somebody may
/// remove. Nearly every call comes to need it all, so that it costs nothing. What the question to an API server takes besides is loaded
/// when it is asked.
/// </summary>
internal static class LoadedBefore
{
    public static void Load()
    {
        Type[] onePerAssembly =
        [
            typeof(RedirectConfig), typeof(PortList), typeof(JsonDocument), typeof(JavaScriptEncoder), typeof(ImmutableArray),
            typeof(Enumerable), typeof(SortedSet<int>), typeof(ReadOnlySequence<byte>), typeof(IPAddress), typeof(Socket),
            typeof(Win32Exception),
        ];
        GC.KeepAlive(onePerAssembly);
    }
}
