using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Support.Peers;

/// <summary>A real server, with a folder of its own, in a pod. Use one through a <see cref="ServerPool{T}"/>.</summary>
public abstract class PodServer : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private PodProcess? _process;

    private protected string Folder => _scratch.Path;

    /// <summary>How it is ended. Few have anything to put in order, and nobody waits for those that have not.</summary>
    private protected virtual Signal StopSignal => Signal.Kill;

    internal string PathOf(string name) => _scratch.PathOf(name);

    /// <summary>Returns once the server takes connections.</summary>
    internal abstract Task StartAsync(Pod pod);

    public void Dispose()
    {
        Stop();
        _scratch.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>For a server that is no process of its own.</summary>
    private protected virtual void Stop() => _process?.End(StopSignal);

    private protected PodProcess Run(Pod pod, PodCommand command) => _process = PodProcess.Start(pod.Namespace, command);

    /// <summary>Runs a program that prepares the server's folder.</summary>
    private protected static async Task PrepareAsync(Pod pod, PodCommand command)
    {
        var (exitCode, output) = await PodProcess.RunAsync(pod.Namespace, command);
        if (exitCode != 0)
            throw new InvalidOperationException($"{command.Program} ended with {exitCode}: {output}");
    }
}
