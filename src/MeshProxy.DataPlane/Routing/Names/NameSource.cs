
namespace MeshProxy.DataPlane.Routing.Names;

/// <summary>
/// Where addresses of names come from: the hosts file, then name servers. Both files are read again when they have changed.
/// </summary>
/// <param name="settings">In place of resolv.conf; null reads it.</param>
internal sealed class NameSource(ResolverSettings? settings, string resolvConf = "/etc/resolv.conf", string hosts = "/etc/hosts")
{
    /// <summary>Names asked for at once; the next ones wait for these, each of which ends within its bound.</summary>
    private const int MostAtOnce = 64;

    private static readonly TimeSpan HostsHold = TimeSpan.FromSeconds(5);

    private readonly WatchedFile<ResolverSettings> _resolvConf = new(resolvConf, ResolverSettings.Parse);
    private readonly WatchedFile<HostsFile> _hosts = new(hosts, HostsFile.Parse);
    private readonly SemaphoreSlim _atOnce = new(MostAtOnce);
    private volatile NameQuestion? _question;

    public async Task<NameAnswer> FindAsync(string name, CancellationToken cancelled)
    {
        var known = _hosts.Current.Find(name);
        if (!known.IsEmpty)
            return new NameAnswer(known, HostsHold, "");
        await _atOnce.WaitAsync(cancelled);
        try
        {
            return await Question().AskAsync(name, cancelled);
        }
        finally
        {
            _atOnce.Release();
        }
    }

    private NameQuestion Question()
    {
        var now = settings ?? _resolvConf.Current;
        return _question is { } question && question.Settings == now ? question : _question = new NameQuestion(now);
    }
}
