using System.Net;
using System.Net.Sockets;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Floods;

/// <summary>
/// What carrying bytes costs a sidecar where they are wanted: clients that come one after the other, ask, take as much, and go. In the same
/// run as an attack that has bytes carried for nobody, it tells what those may cost.
/// </summary>
internal sealed class HonestReaders(Mesh mesh, IPEndPoint server)
{
    private const int Clients = 20;
    private const int Bytes = 256 << 10;

    /// <summary>Of which the median counts: a machine with neighbours is dearer at times.</summary>
    private const int Slices = 5;

    public async Task<double> SecondsPerByteAsync(byte[] request)
    {
        var slices = new double[Slices];
        for (var i = 0; i < Slices; i++)
        {
            var before = CpuTime.OfProcess(mesh.Sidecar.Process.Id);
            await AttackThread.RunAsync(mesh.Plain, () => Come(request));
            slices[i] = (CpuTime.OfProcess(mesh.Sidecar.Process.Id) - before) / Clients / Bytes;
        }
        return slices.Order().ElementAt(Slices / 2);
    }

    private void Come(byte[] request)
    {
        var block = new byte[65536];
        for (var i = 0; i < Clients; i++)
        {
            using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(server);
            socket.Send(request);
            for (var rest = Bytes; rest > 0;)
                rest -= socket.Receive(block, Math.Min(rest, block.Length), SocketFlags.None) is > 0 and var read
                    ? read
                    : throw new EndOfStreamException($"{rest} bytes of {Bytes} did not come");
        }
    }
}
