using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Controller;

namespace MeshProxy.Commands;

/// <summary>Makes and renews the webhook's certificate where nobody else does; meant for a Job, and a CronJob after it.</summary>
internal sealed class WebhookCertificateCommand : MeshCommand
{
    private readonly Option<string> _service = Named("--service", "meshproxy-webhook", "The Service that the API server calls");
    private readonly Option<string> _secret = Named("--secret", "meshproxy-webhook-tls", "The Secret that the webhook mounts");
    private readonly Option<string> _configuration = Named("--configuration", "meshproxy-webhook", "The MutatingWebhookConfiguration");
    private readonly Option<string?> _namespace = new("--namespace")
    {
        Description = "Of Service and Secret (default: this pod's)",
        HelpName = "NAME",
    };

    private readonly DurationOption _validFor = new("--valid-for", "How long a new certificate is valid", TimeSpan.FromDays(365));
    private readonly DurationOption _renewBefore = new("--renew-before", "So long before its end comes a new one", TimeSpan.FromDays(60));
    private readonly ClusterOptions _cluster = new();

    public WebhookCertificateCommand()
        : base("certificate", "Make the webhook's certificate, or a new one before it ends, and have the API server believe it.")
    {
        foreach (var option in new Option[] { _service, _secret, _configuration, _namespace, _validFor, _renewBefore })
            Add(option);
        _cluster.AddTo(this);
    }

    public override ImmutableArray<Example> Examples => [new(
        "meshproxy webhook certificate --namespace meshproxy", "write the Secret and the caBundle, where they need to be")];

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        var validFor = _validFor.Read(line)!.Value;
        var renewBefore = _renewBefore.Read(line)!.Value;
        if (renewBefore >= validFor)
            return Fail(line, ExitCode.Usage, "--renew-before must be shorter than --valid-for");
        if (!_cluster.Find(line).Has(out var server, out var unknown))
            return Fail(line, ExitCode.BadConfig, unknown.Cause);
        if ((line.GetValue(_namespace) ?? ServiceAccount.OwnNamespace()) is not { Length: > 0 } space)
            return Fail(line, ExitCode.Usage, "--namespace is missing; only in a pod it is known");
        using var api = new KubernetesApi(server);
        var settings = new CertificateSettings(
            space, line.GetValue(_service)!, line.GetValue(_secret)!, line.GetValue(_configuration)!, validFor, renewBefore);
        var (done, failure) = await new CertificateRenewal(api, settings, TimeProvider.System).RunAsync(cancelled);
        foreach (var what in done.DefaultIfEmpty("nothing to do"))
            line.InvocationConfiguration.Output.WriteLine(what);
        return failure is null ? ExitCode.Ok : Fail(line, ExitCode.Unavailable, failure.Cause);
    }

    private static Option<string> Named(string name, string @default, string description) => new(name)
    {
        Description = description,
        HelpName = "NAME",
        DefaultValueFactory = _ => @default,
    };
}
