using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace MeshProxy.Tests.Kubernetes.Support;

/// <summary>HTTPS on a port of the kernel's choice, with a certificate of an authority of its own.</summary>
internal sealed class HttpsStandIn : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TestCertificates _certificates = new();

    /// <param name="until">When its certificate ends; a day from now unless given.</param>
    public HttpsStandIn(RequestDelegate answer, DateTimeOffset? until = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options =>
            options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(_certificates.Issue(until: until))));
        _application = builder.Build();
        _application.Run(answer);
    }

    public X509Certificate2 Authority => _certificates.Authority;

    public Uri Address =>
        new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public Task StartAsync() => _application.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
        _certificates.Dispose();
    }
}
