using System.Net;
using System.Net.Sockets;

namespace MeshProxy.Demo.Stage;

/// <summary>
/// The pod's admin port on this machine's loopback, so that a browser can show the status page: what <c>kubectl port-forward</c> does in a
/// cluster. On the same port where it is free, else on one of the kernel's choice.
/// </summary>
internal sealed class PageForward : IDisposable
{
    private readonly string _namespacePath;
    private readonly TcpListener _listener;

    private PageForward(string namespacePath, TcpListener listener) => (_namespacePath, _listener) = (namespacePath, listener);

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    public static PageForward Start(string namespacePath)
    {
        var forward = new PageForward(namespacePath, Listen());
        _ = forward.AcceptAsync();
        return forward;
    }

    public void Dispose() => _listener.Dispose();

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, AdminClient.Port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            listener.Dispose();
            listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            return listener;
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ForwardAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The demo has ended.
        }
    }

    private async Task ForwardAsync(Socket accepted)
    {
        try
        {
            await using var browser = new NetworkStream(accepted, ownsSocket: true);
            await using var page = await AdminClient.ConnectAsync(_namespacePath, CancellationToken.None);
            // Either end is the end of both: a browser that leaves, and a sidecar that has ended.
            await await Task.WhenAny(browser.CopyToAsync(page), page.CopyToAsync(browser));
        }
        catch (Exception end) when (end is IOException or SocketException or ObjectDisposedException)
        {
            // One of them has gone; the other sees its connection closed.
        }
    }
}
