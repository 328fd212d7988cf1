using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Support.Browser;

/// <summary>One tab, by the DevTools protocol: a request has an id, its answer the same, and events have none.</summary>
internal sealed class BrowserTab : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _asked = new();
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly SemaphoreSlim _sending = new(1);
    private int _lastId;

    /// <summary>Errors, warnings and dialogs of the page: a good page has none.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<BrowserTab> AttachAsync(NetworkNamespace space, Uri address)
    {
        var tab = new BrowserTab();
        using var invoker = new HttpMessageInvoker(PodHttp.HandlerFor(space), disposeHandler: false);
        await tab._socket.ConnectAsync(address, invoker, CancellationToken.None);
        _ = tab.ReceiveAsync();
        foreach (var domain in new[] { "Page", "Runtime", "Log" })
            await tab.SendAsync($"{domain}.enable");
        return tab;
    }

    /// <summary>
    /// Ends when the page is there: the answer alone comes while it is still being read. Chromium drops what it is loading when an address
    /// comes to the namespace, as the kernel's own IPv6 ones do shortly after its start; then the page is loaded again.
    /// </summary>
    public async Task GoAsync(string url)
    {
        do
        {
            _complaints.Clear();
            await SendAsync("Page.navigate", new JsonObject { ["url"] = url });
            await UntilAsync($"location.href === new URL('{url}').href && document.readyState === 'complete'");
        }
        while (_complaints.Any(complaint => complaint.Contains("ERR_NETWORK_CHANGED", StringComparison.Ordinal)));
    }

    /// <summary>The value of an expression of JavaScript.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true });
        return answer["exceptionDetails"] is { } thrown
            ? throw new InvalidOperationException($"{expression}: {thrown.ToJsonString()}")
            : answer["result"]!["value"]?.DeepClone();
    }

    public async Task<string> TextAsync(string selector) =>
        (await EvaluateAsync($"document.querySelector('{selector}')?.textContent ?? ''"))!.GetValue<string>();

    /// <summary>Waits until an expression of JavaScript is true.</summary>
    public Task UntilAsync(string expression) => Bound.UntilAsync(
        async () => (await EvaluateAsync($"Boolean({expression})"))!.GetValue<bool>(),
        Bound.Start,
        () => $"never true: {expression}; the page complains of: {string.Join("; ", _complaints)}");

    /// <summary>Presses a key, as on a keyboard.</summary>
    public async Task PressAsync(string key)
    {
        // What the key writes; without it Enter presses no button.
        var text = key.Length == 1 ? key : key == "Enter" ? "\r" : "";
        await SendAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = "keyDown", ["key"] = key, ["text"] = text });
        await SendAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = "keyUp", ["key"] = key });
    }

    public Task TypeAsync(string text) => SendAsync("Input.insertText", new JsonObject { ["text"] = text });

    public async Task LookAsync(int width, int height, bool dark = false, int density = 1)
    {
        await SendAsync("Emulation.setDeviceMetricsOverride", new JsonObject
        {
            ["width"] = width,
            ["height"] = height,
            ["deviceScaleFactor"] = density,
            ["mobile"] = width < 600,
        });
        var scheme = new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = dark ? "dark" : "light" };
        await SendAsync("Emulation.setEmulatedMedia", new JsonObject { ["features"] = new JsonArray(scheme) });
    }

    /// <summary>What can be seen now, as PNG.</summary>
    public async Task<byte[]> ScreenshotAsync() =>
        Convert.FromBase64String((await SendAsync("Page.captureScreenshot"))["data"]!.GetValue<string>());

    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task<JsonNode> SendAsync(string method, JsonObject? parameters = null)
    {
        var answer = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = Interlocked.Increment(ref _lastId);
        _asked[id] = answer;
        var request = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(
                Encoding.UTF8.GetBytes(request.ToJsonString()), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
        return await answer.Task.WaitAsync(Bound.Start);
    }

    private async Task ReceiveAsync()
    {
        var message = new MemoryStream();
        var block = new byte[65536];
        try
        {
            while (await _socket.ReceiveAsync(block, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } part)
            {
                message.Write(block, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                Take(JsonNode.Parse(message.ToArray())!);
                message.SetLength(0);
            }
        }
        catch (Exception end) when (end is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The tab was closed.
        }
    }

    private void Take(JsonNode message)
    {
        if (message["id"] is { } id)
        {
            if (!_asked.TryRemove(id.GetValue<int>(), out var asked))
                return;
            if (message["error"] is { } error)
                asked.SetException(new InvalidOperationException(error.ToJsonString()));
            else
                asked.SetResult(message["result"]!);
        }
        else if (message["method"]!.GetValue<string>()
            is "Runtime.exceptionThrown" or "Runtime.consoleAPICalled" or "Log.entryAdded" or "Page.javascriptDialogOpening")
            _complaints.Enqueue(message["params"]!.ToJsonString());
    }
}
