using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MeshProxy.PodTests.Support.Meshes;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Browser;

/// <summary>Debian's chromium in a pod, as somebody with a port-forward would use it, driven by its DevTools protocol.</summary>
internal sealed class Chromium : IDisposable
{
    private const string Announcement = "DevTools listening on ws://127.0.0.1:";

    private readonly ScratchDirectory _scratch;
    private readonly PodProcess _process;
    private readonly NetworkNamespace _space;
    private readonly HttpClient _http;

    private Chromium(ScratchDirectory scratch, PodProcess process, NetworkNamespace space, string port)
    {
        (_scratch, _process, _space) = (scratch, process, space);
        _http = new HttpClient(PodHttp.HandlerFor(space)) { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Bound.Start };
    }

    public static async Task<Chromium> StartAsync(Pod pod)
    {
        var scratch = new ScratchDirectory();
        var process = PodProcess.Start(pod.Namespace, new PodCommand(
            "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-port=0",
            $"--user-data-dir={scratch.Path}", "about:blank")
        {
            Environment = new Dictionary<string, string> { ["HOME"] = scratch.Path },
        });
        await process.SeeAsync(Announcement, Bound.Start);
        var after = process.Output.Split(Announcement)[1];
        return new Chromium(scratch, process, pod.Namespace, after[..after.IndexOf('/')]);
    }

    /// <summary>A tab of its own.</summary>
    public async Task<BrowserTab> OpenAsync(string url)
    {
        using var answer = await _http.PutAsync("/json/new?about:blank", null);
        var target = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        var tab = await BrowserTab.AttachAsync(_space, new Uri(target["webSocketDebuggerUrl"]!.GetValue<string>()));
        await tab.GoAsync(url);
        return tab;
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Dispose();
        // Its children end a moment after it, and may still write.
        for (var tries = 0; tries < 50; tries++)
        {
            try
            {
                _scratch.Dispose();
                return;
            }
            catch (IOException)
            {
                Thread.Sleep(20);
            }
        }
    }
}
