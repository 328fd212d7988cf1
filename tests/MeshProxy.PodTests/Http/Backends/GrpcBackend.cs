using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Peers;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Http.Backends;

/// <summary>
/// gRPC's own server for Python, with calls of every kind; messages are plain bytes, so that nothing has to be generated.
/// </summary>
public sealed class GrpcBackend : PodServer
{
    internal const string Python = "/usr/bin/python3";

    /// <summary>Prints what came of each call, trailers included.</summary>
    internal const string Client =
        """
        import grpc, hashlib, sys
        with grpc.insecure_channel(sys.argv[1]) as channel:
            def show(name, call, answers):
                print(
                    name, [(len(a), hashlib.sha256(a).hexdigest()[:8]) for a in answers], call.code().name,
                    call.details(), sorted(call.trailing_metadata()))
            def attempt(name, start, many=False):
                call = start()
                answers = []
                try:
                    for answer in call if many else [call.result()]:
                        answers.append(answer)
                except grpc.RpcError:
                    pass
                show(name, call, answers)
            big = bytes(range(256)) * 12000
            attempt('unary', lambda: channel.unary_unary('/t.T/Echo').future(b'hello', metadata=[('x-kept', 'yes')]))
            attempt('empty', lambda: channel.unary_unary('/t.T/Echo').future(b''))
            attempt('big', lambda: channel.unary_unary('/t.T/Echo').future(big))
            attempt('many answers', lambda: channel.unary_stream('/t.T/Count')(b'100'), many=True)
            attempt('many requests', lambda: channel.stream_unary('/t.T/Sum').future(iter([b'x' * n for n in range(200)])))
            attempt('both', lambda: channel.stream_stream('/t.T/Chat')(iter([b'a', b'', big, b'z'])), many=True)
            attempt('failure', lambda: channel.unary_unary('/t.T/Fail').future(b''))
            attempt('unknown', lambda: channel.unary_unary('/t.T/None').future(b''))
            attempt('late', lambda: channel.unary_unary('/t.T/Sleep').future(b'', timeout=0.3))
            endless = channel.unary_stream('/t.T/Endless')(b'')
            next(endless)
            endless.cancel()
            attempt('after a cancelled one', lambda: channel.unary_unary('/t.T/Echo').future(b'hello'))
        """;

    private const string Script =
        """
        import grpc, sys, threading, time
        from concurrent import futures

        def echo(request, context):
            context.set_trailing_metadata([('x-sum', str(len(request)))])
            return request

        def fail(request, context):
            context.abort(grpc.StatusCode.NOT_FOUND, 'no such: \u00fc')

        def sleep(request, context):
            time.sleep(3)
            return b''

        def endless(request, context):
            while context.is_active():
                yield b'more'
                time.sleep(0.01)

        methods = {
            'Echo': grpc.unary_unary_rpc_method_handler(echo),
            'Fail': grpc.unary_unary_rpc_method_handler(fail),
            'Sleep': grpc.unary_unary_rpc_method_handler(sleep),
            'Count': grpc.unary_stream_rpc_method_handler(lambda r, c: (b'n' * n for n in range(int(r)))),
            'Sum': grpc.stream_unary_rpc_method_handler(lambda rs, c: b''.join(rs)),
            'Chat': grpc.stream_stream_rpc_method_handler(lambda rs, c: (r * 2 for r in rs)),
            'Endless': grpc.unary_stream_rpc_method_handler(endless),
        }
        options = [('grpc.max_receive_message_length', -1)]
        server = grpc.server(futures.ThreadPoolExecutor(8), [grpc.method_handlers_generic_handler('t.T', methods)], options=options)
        server.add_insecure_port('0.0.0.0:' + sys.argv[1])
        server.start()
        server.wait_for_termination()
        """;

    internal ushort Port { get; private set; }

    internal override Task StartAsync(Pod pod)
    {
        Port = pod.Namespace.NextPort();
        File.WriteAllText(PathOf("server.py"), Script);
        return Run(pod, new PodCommand(Python, PathOf("server.py"), $"{Port}")).ListeningAsync(pod, Port);
    }
}
