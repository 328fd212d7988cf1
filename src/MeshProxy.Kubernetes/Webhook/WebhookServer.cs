using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Kubernetes.Webhook;

/// <summary>HTTPS for reviews, and plain HTTP for probes and scrapes.</summary>
public sealed class WebhookServer : IAsyncDisposable
{
    /// <summary>As much as the API server takes in itself is 3 MiB; a review holds an object, maybe twice.</summary>
    public const long LongestBody = 10 << 20;

    private readonly WebApplication _application;

    /// <param name="review">Where reviews come in, over TLS.</param>
    /// <param name="admin">Where probes and scrapes come in.</param>
    public WebhookServer(IPEndPoint review, IPEndPoint admin, CertificateFiles certificate, WebhookEndpoint endpoint,
        ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.Replace(ServiceDescriptor.Singleton(loggers));
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = LongestBody;
            options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
            options.Listen(review, listen => listen.UseHttps(Tls(certificate)));
            options.Listen(admin, listen => listen.Protocols = HttpProtocols.Http1);
        });
        _application = builder.Build();
        _application.Run(endpoint.AnswerAsync);
    }

    /// <summary>The ports in use, the review's first, once started.</summary>
    public IEnumerable<Uri> Addresses =>
        _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?
            .Addresses.Select(address => new Uri(address)) ?? [];

    /// <summary>Throws <see cref="IOException"/> where an address cannot be bound.</summary>
    public Task StartAsync() => _application.StartAsync();

    /// <summary>Reviews under way are answered first.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _application.StopAsync(patience.Token);
        await _application.DisposeAsync();
    }

    private static TlsHandshakeCallbackOptions Tls(CertificateFiles certificate) => new()
    {
        HandshakeTimeout = TimeSpan.FromSeconds(5),
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Current(),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        }),
    };
}
