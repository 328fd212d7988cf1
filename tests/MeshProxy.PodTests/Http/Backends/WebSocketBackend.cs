using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Http.Backends;

/// <summary>The ws server of node, which sends every message back and says goodbye in its own words.</summary>
public sealed class WebSocketBackend : PodServer
{
    /// <summary>Where Debian keeps the modules of its packages.</summary>
    internal const string Module = "/usr/share/nodejs/ws";

    /// <summary>Prints every message, pong and the end.</summary>
    internal const string Client =
        $$"""
        const { WebSocket } = require('{{Module}}');
        const socket = new WebSocket('ws://' + process.argv[2] + '/chat', ['kept'], { headers: { 'X-MiXed-cAsE': 'kept' } });
        const show = (...words) => console.log(...words);
        const messages = ['hello', '', 'x'.repeat(70000), Buffer.alloc(300000, 7)];
        socket.on('open', () => {
          show('open', socket.protocol);
          messages.forEach(message => socket.send(message));
          socket.send('in ', { fin: false });
          socket.send('pieces', { fin: true });
          socket.ping('are you there');
        });
        let left = messages.length + 1;
        socket.on('message', (data, isBinary) => {
          show(isBinary ? 'binary' : 'text', data.length, require('crypto').createHash('sha256').update(data).digest('hex').slice(0, 8));
          if (--left === 0)
            socket.close(4001, 'enough');
        });
        socket.on('pong', data => show('pong', String(data)));
        socket.on('close', (code, reason) => show('closed', code, String(reason)));
        """;

    private const string Script =
        $$"""
        const { WebSocketServer } = require('{{Module}}');
        new WebSocketServer({ port: process.argv[2], handleProtocols: protocols => [...protocols][0] })
          .on('connection', socket => socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })));
        """;

    internal ushort Port { get; private set; }

    internal override Task StartAsync(Pod pod)
    {
        Port = pod.Namespace.NextPort();
        File.WriteAllText(PathOf("server.js"), Script);
        return Run(pod, new PodCommand("node", PathOf("server.js"), $"{Port}")).ListeningAsync(pod, Port);
    }
}
