using System.Collections.Immutable;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Load;

namespace MeshProxy.Compare.Testbed;

/// <summary>The namespace as the cases see it: servers that are always there, and the proxies they ask for.</summary>
internal sealed class Pod : IDisposable
{
    private readonly Scratch _scratch;
    private readonly Backends _backends;
    private readonly Dictionary<Contender, ServerProcess> _running = [];
    private readonly List<string> _notes = [];

    public Pod(Scratch scratch)
    {
        NamespaceSetup.Apply();
        _scratch = scratch;
        _backends = new Backends(scratch);
    }

    /// <summary>The proxy, started and ready; one process serves all measurements of a case.</summary>
    public ServerProcess Running(Contender contender)
    {
        if (_running.TryGetValue(contender, out var running))
        {
            running.RequireRunning();
            return running;
        }
        return _running[contender] = StartReady(contender);
    }

    /// <summary>A process of its own for one measurement. It has answered one request when this returns.</summary>
    public ServerProcess StartReady(Contender contender)
    {
        var server = Start(contender, contender.Command(_scratch));
        try
        {
            using var redirect = RedirectTable.Install(contender.Name + "_ready", Target.Small, contender.ListenPort(Target.Small)!.Value);
            HttpProbe.WaitForAnswer(Target.Small, server);
            return server;
        }
        catch (MeasurementException)
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>The command that starts the contender, with its configuration written: for those who time the start.</summary>
    public ImmutableArray<string> Command(Contender contender) => contender.Command(_scratch);

    public ServerProcess Start(Contender contender, ImmutableArray<string> command) =>
        ServerProcess.Start(contender.Name, contender.Uid, command, _scratch);

    /// <summary>Something about a measurement that the reader should see, and that does not spoil it.</summary>
    public void Note(string text) => _notes.Add(text);

    /// <summary>The notes since the last call.</summary>
    public IEnumerable<string> TakeNotes()
    {
        string[] notes = [.. _notes];
        _notes.Clear();
        return notes;
    }

    /// <summary>Ends what a case started: the next one begins with fresh processes.</summary>
    public void StopProxies()
    {
        foreach (var server in _running.Values)
            server.Dispose();
        _running.Clear();
    }

    public void Dispose()
    {
        StopProxies();
        _backends.Dispose();
    }
}
