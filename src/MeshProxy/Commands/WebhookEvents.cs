using MeshProxy.Kubernetes.Api;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Commands;

/// <summary>The log lines of the webhook as a whole.</summary>
internal sealed partial class WebhookEvents(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Information, "answering at {addresses}; sidecars are {mode}, redirected by {redirect}")]
    public partial void Serving(string addresses, string mode, string redirect);

    [LoggerMessage(2, LogLevel.Information, "stopping: {cause}")]
    public partial void Stopping(string cause);

    [LoggerMessage(3, LogLevel.Warning, "the old certificate stays in force: {cause}")]
    public partial void CertificateRefused(string cause);

    [LoggerMessage(4, LogLevel.Warning, "annotations of namespaces are not known, only those of pods: {failure}")]
    public partial void NamespacesUnknown(ApiFailure failure);

    [LoggerMessage(5, LogLevel.Warning,
        "the cluster's version is not known ({failure}), and taken for 1.29 or newer; --kubernetes says another")]
    public partial void VersionUnknown(ApiFailure failure);

    [LoggerMessage(6, LogLevel.Information, "annotations of {count} namespaces are known")]
    public partial void NamespacesKnown(int count);

    [LoggerMessage(7, LogLevel.Information, "egress: {written}")]
    public partial void EgressWritten(string written);

    [LoggerMessage(8, LogLevel.Warning, "egress: {complaints}")]
    public partial void EgressWrong(string complaints);

    [LoggerMessage(9, LogLevel.Information, "egress: all is well again")]
    public partial void EgressIsWell();
}
