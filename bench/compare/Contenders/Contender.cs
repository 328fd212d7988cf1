using System.Collections.Immutable;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Contenders;

/// <summary>One of the ways a client's bytes reach the server in a comparison.</summary>
internal abstract class Contender(string name)
{
    /// <summary>Event loops, threads or worker processes: the same number for each.</summary>
    public const int Threads = 2;

    /// <summary>
    /// Connections each has to be able to hold. HAProxy reserves two descriptors for each and a quarter more for pipes, and does not start
    /// where the hard limit of open files, 20,000 in some containers, is below that.
    /// </summary>
    public const int MaxConnections = 6000;

    public string Name => name;

    /// <summary>Whom it runs as.</summary>
    public virtual int Uid => ServerProcess.ProxyUid;

    /// <summary>The port on 127.0.0.1 that the target's clients are redirected to; null where they reach the target themselves.</summary>
    public abstract int? ListenPort(Target target);

    /// <summary>
    /// Writes its configuration, and returns the command that starts it in the foreground; empty where there is nothing to start.
    /// </summary>
    public abstract ImmutableArray<string> Command(Scratch scratch);

    public override string ToString() => name;
}
