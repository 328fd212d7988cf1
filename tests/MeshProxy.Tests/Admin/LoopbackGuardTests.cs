using System.Net;
using MeshProxy.Admin;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Tests.Admin;

public sealed class LoopbackGuardTests
{
    [Theory]
    [InlineData("127.0.0.1", "localhost:4191", "")]
    [InlineData("127.9.9.9", "127.0.0.1:4191", "")]
    [InlineData("::1", "[::1]:4191", "")]
    [InlineData("::ffff:127.0.0.1", "localhost", "")]
    [InlineData("127.0.0.1", "", "")]
    [InlineData("127.0.0.1", "localhost:4191", "http://localhost:4191")]
    public void Loopback_is_let_in(string remote, string host, string origin) =>
        Assert.Null(LoopbackGuard.Refusal(Request(remote, host, origin)));

    [Theory]
    [InlineData("10.0.0.1", "localhost:4191", "", "only from loopback")]
    [InlineData("::ffff:10.0.0.1", "localhost:4191", "", "only from loopback")]
    [InlineData("fd00::1", "localhost:4191", "", "only from loopback")]
    [InlineData("127.0.0.1", "evil.example:4191", "", "only by address or as localhost")]
    [InlineData("127.0.0.1", "localhost.evil.example", "", "only by address or as localhost")]
    [InlineData("127.0.0.1", "localhost:4191", "http://evil.example", "not from another site's page")]
    [InlineData("127.0.0.1", "localhost:4191", "http://localhost:8080", "not from another site's page")]
    [InlineData("127.0.0.1", "localhost:4191", "null", "not from another site's page")]
    public void Others_are_told_why_not(string remote, string host, string origin, string expected) =>
        Assert.Contains(expected, LoopbackGuard.Refusal(Request(remote, host, origin)));

    private static DefaultHttpContext Request(string remote, string host, string origin)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        context.Request.Host = new HostString(host);
        if (origin.Length > 0)
            context.Request.Headers.Origin = origin;
        return context;
    }
}
