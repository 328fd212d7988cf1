using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Http.Backends;

/// <summary>node, which also sends 103 (to who knows it), mixed-case names and trailers.</summary>
public sealed class NodeBackend : HttpBackend
{
    private const string Script =
        """
        const [folder, port, port2] = process.argv.slice(2);
        const fs = require('fs');
        const answer = (request, response) => {
          const parts = [];
          request.on('data', part => parts.push(part)).on('end', () => {
            const body = request.method === 'POST'
              ? Buffer.concat(parts)
              : fs.existsSync(folder + request.url) && fs.readFileSync(folder + request.url);
            if (!body)
              return response.writeHead(404).end();
            response.setHeader('X-MiXed-cAsE', 'kept');
            if (request.httpVersion === '1.0' || request.method === 'HEAD')
              return response.end(body);
            response.writeEarlyHints({ link: '</style>; rel=preload' });
            response.setHeader('Trailer', 'X-Sum');
            response.write(body);
            response.addTrailers({ 'X-Sum': String(body.length) });
            response.end();
          });
        };
        require('http').createServer(answer).listen(port);
        require('http2').createServer(answer).listen(port2);
        """;

    internal override async Task StartAsync(Pod pod)
    {
        (Port, Http2Port) = (pod.Namespace.NextPort(), pod.Namespace.NextPort());
        Publish();
        File.WriteAllText(PathOf("server.js"), Script);
        var node = Run(pod, new PodCommand("node", PathOf("server.js"), Folder, $"{Port}", $"{Http2Port}"));
        await node.ListeningAsync(pod, Port);
        await node.ListeningAsync(pod, Http2Port);
    }
}
