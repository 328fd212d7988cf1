using System.Net;
using MeshProxy.Netfilter;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Redirect.Support;

/// <summary>A pod whose redirect is under test. At the end its rules, everybody's, are gone, and the network is as it was.</summary>
internal sealed class RedirectedPod : IDisposable
{
    private readonly List<IDisposable> _servers = [];
    private readonly RedirectNetwork _network;
    private readonly bool _isAlone;

    public RedirectedPod(RedirectNetwork network) => _network = network;

    private RedirectedPod()
        : this(new RedirectNetwork()) => _isAlone = true;

    public Pod App => _network.App;

    public Pod Client => _network.Client;

    public Pod External => _network.External;

    /// <summary>With a network of its own, for what outlasts rules: conntrack's timeouts and legacy tables.</summary>
    public static RedirectedPod Alone() => new();

    public RedirectOutcome Apply(RedirectConfig config, RedirectOptions? options = null) =>
        MeshProxy.Netfilter.Redirect.Apply(config, Here(options));

    public RedirectOutcome Check(RedirectConfig config, RedirectOptions? options = null) =>
        MeshProxy.Netfilter.Redirect.Check(config, Here(options));

    public RedirectOutcome Inspect() => MeshProxy.Netfilter.Redirect.Inspect(Here(null));

    public RedirectOutcome Cleanup() => MeshProxy.Netfilter.Redirect.Cleanup(Here(null));

    /// <summary>Applies, and the test fails with the cause where that fails.</summary>
    public RedirectOutcome MustApply(RedirectConfig config, RedirectOptions? options = null)
    {
        var outcome = Apply(config, options);
        Assert.True(outcome.Failure is null, outcome.Failure?.ToString());
        return outcome;
    }

    public void StandIn() => _servers.Add(new StandInProxy(App.Namespace));

    public Answering Serve(Pod pod, IPAddress address, ushort port, string answer)
    {
        var server = Answering.Start(pod.Namespace, address, port, answer, s =>
        {
            if (address.Equals(IPAddress.IPv6Any))
                s.DualMode = true;
        });
        _servers.Add(server);
        return server;
    }

    /// <summary>Runs a program in the pod, as root.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments) =>
        await PodProcess.RunAsync(App.Namespace, new PodCommand(program, arguments) { User = null });

    /// <summary>Runs a program in the pod, as root; the test fails where that fails.</summary>
    public async Task<string> MustRunAsync(string program, params string[] arguments)
    {
        var (exitCode, output) = await RunAsync(program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}: {output}");
        return output;
    }

    public void Dispose()
    {
        foreach (var server in _servers)
            server.Dispose();
        if (_isAlone)
            _network.Dispose();
        else
            Tool.Run("ip", ["netns", "exec", App.Namespace.Name, "nft", "flush", "ruleset"]);
        if (!_isAlone)
            Cleanup();
    }

    private RedirectOptions Here(RedirectOptions? options) =>
        (options ?? new RedirectOptions()) with { NetworkNamespace = App.Namespace.Path };
}
