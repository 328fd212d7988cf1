using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using MeshProxy.Kubernetes.Api;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Tests.Kubernetes.Support;

/// <summary>HTTPS on a port of the kernel's choice; each request is answered by the next of the answers that its kind was given.</summary>
internal sealed class ApiServerStandIn : IAsyncDisposable
{
    public static readonly ApiTimeouts Impatient = new(
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(20),
        TimeSpan.FromMilliseconds(100));

    private readonly HttpsStandIn _https;
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _lists = new();
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _watches = new();

    private ApiServerStandIn() => _https = new HttpsStandIn(AnswerAsync);

    public ConcurrentQueue<string> Requests { get; } = new();

    public ConcurrentQueue<string> Tokens { get; } = new();

    public string Token { get; set; } = "first";

    public X509Certificate2 Authority => _https.Authority;

    public Uri Address => _https.Address;

    public static async Task<ApiServerStandIn> StartAsync()
    {
        var server = new ApiServerStandIn();
        await server._https.StartAsync();
        return server;
    }

    public KubernetesApi Connect(ApiTimeouts? timeouts = null) =>
        new(new ApiServer(Address, () => [Authority], () => Token), timeouts ?? Impatient);

    public void OnList(params ReadOnlySpan<Func<HttpContext, Task>> answers)
    {
        foreach (var answer in answers)
            _lists.Enqueue(answer);
    }

    public void OnWatch(params ReadOnlySpan<Func<HttpContext, Task>> answers)
    {
        foreach (var answer in answers)
            _watches.Enqueue(answer);
    }

    public static Func<HttpContext, Task> Json(string text, int status = 200) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(text, context.RequestAborted);
    };

    public static Func<HttpContext, Task> Namespaces(string version, params string[] names)
    {
        var items = string.Join(',', names.Select(n => Namespace(n, version)));
        return Json($$"""{"kind":"NamespaceList","metadata":{"resourceVersion":"{{version}}"},"items":[{{items}}]}""");
    }

    public static string Namespace(string name, string version, string annotations = "") =>
        $$"""{"metadata":{"name":"{{name}}","resourceVersion":"{{version}}","annotations":{ {{annotations}} } } }""";

    public static string Event(string type, string content) => $$"""{"type":"{{type}}","object":{{content}}}""";

    /// <summary>Writes lines, then ends the watch in order.</summary>
    public static Func<HttpContext, Task> Lines(params string[] lines) => async context =>
    {
        foreach (var line in lines)
            await context.Response.WriteAsync(line + "\n", context.RequestAborted);
    };

    /// <summary>Writes lines, then says nothing until the client goes away.</summary>
    public static Func<HttpContext, Task> Open(params string[] lines) => async context =>
    {
        await Lines(lines)(context);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await HangAsync(context);
    };

    public static async Task HangAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
        }
    }

    public ValueTask DisposeAsync() => _https.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        Tokens.Enqueue(context.Request.Headers.Authorization.ToString());
        var isWatch = context.Request.Query.ContainsKey("watch");
        var answers = isWatch ? _watches : _lists;
        return answers.TryDequeue(out var answer) ? answer(context) : HangAsync(context);
    }
}
