using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MeshProxy.Kubernetes.Webhook;

/// <summary>The paths of the webhook and their answers.</summary>
/// <param name="writeMetrics">Writes the whole page for /metrics.</param>
public sealed class WebhookEndpoint(
    AdmissionHandler handler, WebhookMetrics metrics, WebhookGate gate, Action<IBufferWriter<byte>> writeMetrics, ILoggerFactory loggers)
{
    public const string MutatePath = "/mutate";

    private const string Starting = "starting: the cluster's namespaces and version are not known yet";

    /// <summary>The API server gives up after the time its configuration says; 5 s is ours.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly WebhookLog _log = new(loggers.CreateLogger(typeof(WebhookEndpoint).FullName!));

    internal Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        MutatePath when !context.Request.IsHttps => TextAsync(context, 403, "reviews come over HTTPS alone"),
        MutatePath when context.Request.Method != HttpMethods.Post => TextAsync(context, 405, "allowed here: POST"),
        MutatePath when !gate.IsOpen => TextAsync(context, 503, Starting),
        MutatePath => MutateAsync(context),
        "/ready" when !gate.IsOpen => TextAsync(context, 503, Starting),
        "/ready" => gate.IsClosed ? TextAsync(context, 503, "stopping") : TextAsync(context, 200, "ready"),
        "/live" => TextAsync(context, 200, "live"),
        "/metrics" => MetricsAsync(context),
        _ => TextAsync(context, 404, "there are /mutate, /ready, /live and /metrics"),
    };

    private async Task MutateAsync(HttpContext context)
    {
        var began = TimeProvider.System.GetTimestamp();
        // The API server keeps its connections, and would ask here as long as this one lasts.
        if (gate.IsClosed)
            context.Connection.RequestClose();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(Patience);
        try
        {
            var outcome = await handler.AnswerAsync(context.Request.Body, patience.Token);
            metrics.Add(outcome.Result, outcome.Warnings.Length, TimeProvider.System.GetElapsedTime(began));
            Log(outcome);
            context.Response.StatusCode = outcome.Status;
            context.Response.ContentType = outcome.Status == 200 ? "application/json" : "text/plain; charset=utf-8";
            context.Response.ContentLength = outcome.Body.Length;
            await context.Response.Body.WriteAsync(outcome.Body, patience.Token);
        }
        catch (BadHttpRequestException e)
        {
            await AbandonAsync(context, e.StatusCode, e.Message, began);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await AbandonAsync(context, 504, $"no answer within {Patience.TotalSeconds} s", began);
        }
        catch (OperationCanceledException)
        {
            // The API server has gone, and knows.
        }
    }

    private Task AbandonAsync(HttpContext context, int status, string reason, long began)
    {
        metrics.Add(AdmissionResult.Invalid, 0, TimeProvider.System.GetElapsedTime(began));
        _log.Abandoned(reason);
        return context.Response.HasStarted ? Task.CompletedTask : TextAsync(context, status, reason);
    }

    private void Log(AdmissionOutcome outcome)
    {
        if (outcome.Fault is { } fault)
            _log.Failed(fault);
        else if (outcome.Result is AdmissionResult.Refused or AdmissionResult.Invalid)
            _log.Refused(outcome.Pod, outcome.Result, string.Join("; ", outcome.Reasons));
        else if (outcome.Result == AdmissionResult.Skipped)
            _log.Skipped(outcome.Pod, string.Join("; ", outcome.Reasons));
        else
            _log.Answered(outcome.Pod, outcome.Result);
        if (!outcome.Warnings.IsEmpty)
            _log.Warned(outcome.Pod, string.Join("; ", outcome.Warnings));
    }

    private Task MetricsAsync(HttpContext context)
    {
        var page = new ArrayBufferWriter<byte>(8 * 1024);
        writeMetrics(page);
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.Body.WriteAsync(page.WrittenMemory, context.RequestAborted).AsTask();
    }

    private static Task TextAsync(HttpContext context, int status, string line)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), context.RequestAborted).AsTask();
    }
}
