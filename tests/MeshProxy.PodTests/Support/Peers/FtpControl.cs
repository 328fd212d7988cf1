using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Support.Peers;

/// <summary>An FTP client's control connection (RFC 959), as far as a transfer and its abort need it.</summary>
internal sealed class FtpControl : IDisposable
{
    private readonly Pod _pod;
    private readonly IPEndPoint _server;
    private readonly Socket _socket;

    private FtpControl(Pod pod, IPEndPoint server, Socket socket) => (_pod, _server, _socket) = (pod, server, socket);

    public static async Task<FtpControl> LogInAsync(Pod pod, IPEndPoint server)
    {
        var control = new FtpControl(pod, server, await pod.ConnectAsync(server));
        Assert.Equal(220, await control.ReplyAsync());
        await control.SendAsync("USER anonymous");
        Assert.Equal(230, await control.ReplyAsync());
        return control;
    }

    /// <summary>Passive, by RFC 2428's EPSV, which is the same for both families.</summary>
    public async Task<Socket> OpenDataAsync()
    {
        await SendAsync("EPSV");
        var reply = await LineAsync();
        Assert.StartsWith("229 ", reply, StringComparison.Ordinal);
        var port = int.Parse(reply.Split("|||")[1].Split('|')[0], CultureInfo.InvariantCulture);
        return await _pod.ConnectAsync(new IPEndPoint(_server.Address, port));
    }

    public Task SendAsync(string command) => _socket.SendTextAsync(command + "\r\n");

    /// <summary>Telnet's interrupt and Synch, whose last byte is urgent (RFC 959 section 4.1.3), then the command.</summary>
    public async Task AbortAsync()
    {
        byte[] interruptProcess = [255, 244, 255];
        await _socket.SendAllAsync(interruptProcess);
        byte[] dataMark = [242];
        _socket.Send(dataMark, SocketFlags.OutOfBand);
        await SendAsync("ABOR");
    }

    public async Task<int> ReplyAsync() => int.Parse((await LineAsync())[..3], CultureInfo.InvariantCulture);

    public void Dispose() => _socket.Dispose();

    private async Task<string> LineAsync()
    {
        var line = new StringBuilder();
        while (await _socket.ReadTextAsync(1) is var letter && letter != "\n")
            line.Append(letter);
        return line.ToString();
    }
}
