using System.Net.Sockets;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>Connections that have each carried a request and an answer, and say nothing more.</summary>
internal sealed class IdleConnections : IDisposable
{
    private readonly List<HttpConnection> _connections = [];

    private IdleConnections()
    {
    }

    /// <exception cref="MeasurementException">One of them was not answered.</exception>
    public static IdleConnections Open(Target target, int count)
    {
        var idle = new IdleConnections();
        try
        {
            for (var i = 0; i < count; i++)
                idle.OpenOne(target);
            return idle;
        }
        catch (SocketException e)
        {
            var opened = idle._connections.Count;
            idle.Dispose();
            throw new MeasurementException($"connection {opened} of {count}: {e.Message}");
        }
    }

    public void Dispose() => _connections.ForEach(connection => connection.Dispose());

    private void OpenOne(Target target)
    {
        var connection = HttpConnection.Open(target);
        _connections.Add(connection);
        if (!connection.Ask())
            throw new SocketException((int)SocketError.ConnectionReset);
    }
}
