using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Http.Backends;

/// <summary>Python's http.server, which flushes often and closes where it does not know better.</summary>
public sealed class PythonBackend : HttpBackend
{
    private const string Script =
        """
        import http.server, os, sys

        class Handler(http.server.SimpleHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def body(self):
                if self.headers.get('Transfer-Encoding') != 'chunked':
                    return self.rfile.read(int(self.headers['Content-Length']))
                parts = []
                while size := int(self.rfile.readline(), 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b''.join(parts)

            def do_POST(self):
                body = self.body()
                self.send_response(201)
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        os.chdir(sys.argv[1])
        http.server.ThreadingHTTPServer(('', int(sys.argv[2])), Handler).serve_forever()
        """;

    internal override Task StartAsync(Pod pod)
    {
        Port = pod.Namespace.NextPort();
        Publish();
        File.WriteAllText(PathOf("server.py"), Script);
        return Run(pod, new PodCommand("/usr/bin/python3", PathOf("server.py"), Folder, $"{Port}")).ListeningAsync(pod, Port);
    }
}
