using MeshProxy.Kubernetes.Api;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Commands;

/// <summary>The log lines of the webhook as a whole.</summary>
internal sealed partial class WebhookEvents(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Information, "answering at {addresses}; pods are redirected by {redirect}")]
    public partial void Serving(string addresses, string redirect);

    [LoggerMessage(2, LogLevel.Information, "stopping: {cause}; reviews are answered for {lameDuck} more")]
    public partial void Stopping(string cause, string lameDuck);

    [LoggerMessage(3, LogLevel.Warning, "the old certificate stays in force: {cause}")]
    public partial void CertificateRefused(string cause);

    [LoggerMessage(4, LogLevel.Warning, "annotations of namespaces are not known, only those of pods: {failure}")]
    public partial void NamespacesUnknown(ApiFailure failure);

    [LoggerMessage(5, LogLevel.Warning, "the cluster's version cannot be read, known is {known}; --kubernetes says it: {failure}")]
    public partial void VersionUnknown(string known, ApiFailure failure);

    [LoggerMessage(10, LogLevel.Information, "Kubernetes {version}: sidecars are {mode}")]
    public partial void VersionKnown(ClusterVersion version, string mode);

    [LoggerMessage(6, LogLevel.Information, "annotations of {count} namespaces are known")]
    public partial void NamespacesKnown(int count);

    [LoggerMessage(7, LogLevel.Information, "egress: {written}")]
    public partial void EgressWritten(string written);

    [LoggerMessage(8, LogLevel.Warning, "egress: {complaints}")]
    public partial void EgressWrong(string complaints);

    [LoggerMessage(9, LogLevel.Information, "egress: all is well again")]
    public partial void EgressIsWell();
}
