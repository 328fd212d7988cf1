using Microsoft.Extensions.Logging;

namespace MeshProxy.Kubernetes.Webhook;

internal sealed partial class WebhookLog(ILogger logger)
{
    [LoggerMessage(1, LogLevel.Information, "pod {pod}: {result}")]
    public partial void Answered(string pod, AdmissionResult result);

    [LoggerMessage(2, LogLevel.Warning, "pod {pod}: {result}: {reasons}")]
    public partial void Refused(string pod, AdmissionResult result, string reasons);

    [LoggerMessage(3, LogLevel.Debug, "pod {pod}: skipped: {reasons}")]
    public partial void Skipped(string pod, string reasons);

    [LoggerMessage(4, LogLevel.Information, "pod {pod}: {warnings}")]
    public partial void Warned(string pod, string warnings);

    [LoggerMessage(6, LogLevel.Error, "pod denied, because the webhook failed")]
    public partial void Failed(Exception fault);

    [LoggerMessage(5, LogLevel.Warning, "request abandoned: {reason}")]
    public partial void Abandoned(string reason);
}
