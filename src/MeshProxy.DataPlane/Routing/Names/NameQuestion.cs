using System.Collections.Immutable;
using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace MeshProxy.DataPlane.Routing.Names;

/// <summary>
/// One name, asked of the servers of resolv.conf: A and AAAA at once, name after name of the search list. Query ids are random, a source
/// port is the kernel's choice for each; a truncated answer is asked for again over TCP.
/// </summary>
internal sealed class NameQuestion(ResolverSettings settings)
{
    /// <summary>Of one name; a larger answer is cut, for each address is state.</summary>
    private const int MostAddresses = 256;

    /// <summary>What survives every path unfragmented.</summary>
    private const int UdpBytes = 1232;

    /// <summary>Where the zone does not say for how long there is nothing.</summary>
    private static readonly TimeSpan UnknownNegative = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestNegative = TimeSpan.FromSeconds(60);

    private readonly LookupClient _client = new(new LookupClientOptions([.. settings.Servers])
    {
        AutoResolveNameServers = false,
        UseCache = false,
        UseRandomNameServer = false,
        ContinueOnEmptyResponse = false,
        ThrowDnsErrors = false,
        ExtendedDnsBufferSize = UdpBytes,
        Retries = settings.Attempts - 1,
        Timeout = settings.Timeout,
    });

    public ResolverSettings Settings => settings;

    /// <summary>A name that is found neither here nor there is only said not to be where every server said so.</summary>
    public async Task<NameAnswer> AskAsync(string name, CancellationToken cancelled)
    {
        NameAnswer? failure = null;
        var negative = NameAnswer.Failed("no such name");
        foreach (var candidate in settings.Candidates(name))
        {
            var answers = await Task.WhenAll(AskAsync(candidate, QueryType.A, cancelled), AskAsync(candidate, QueryType.AAAA, cancelled));
            var found = answers.Where(answer => !answer.Addresses.IsEmpty).ToList();
            if (found.Count > 0)
                return new NameAnswer([.. found.SelectMany(a => a.Addresses).Take(MostAddresses)], found.Min(answer => answer.Ttl), "");
            var (first, second) = (answers[0], answers[1]);
            if (first.Ttl is null || second.Ttl is null)
                failure ??= first.Ttl is null ? first : second;
            else
                negative = first with { Ttl = first.Ttl < second.Ttl ? first.Ttl : second.Ttl };
        }
        return failure ?? negative;
    }

    private async Task<NameAnswer> AskAsync(string name, QueryType type, CancellationToken cancelled)
    {
        try
        {
            var response = await _client.QueryAsync(name, type, QueryClass.IN, cancelled);
            return response.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain
                ? Read(response)
                : NameAnswer.Failed(response.ErrorMessage);
        }
        catch (Exception failure) when (!cancelled.IsCancellationRequested)
        {
            // Whatever a server sent or did not: the last good answer holds.
            return NameAnswer.Failed(failure.Message);
        }
    }

    /// <summary>
    /// An answer holds for as long as its shortest-lived record, aliases among them; that there is none, as the zone says (RFC 2308 §5).
    /// </summary>
    private static NameAnswer Read(IDnsQueryResponse response)
    {
        ImmutableArray<IPAddress> addresses = [.. response.Answers.AddressRecords().Select(record => record.Address)];
        if (!addresses.IsEmpty)
            return new NameAnswer(addresses, TimeSpan.FromSeconds(response.Answers.Min(record => Seconds(record.TimeToLive))), "");
        var zone = response.Authorities.OfType<SoaRecord>().FirstOrDefault();
        var ttl = zone is null ? UnknownNegative : TimeSpan.FromSeconds(Math.Min(Seconds(zone.TimeToLive), zone.Minimum));
        var cause = response.Header.ResponseCode == DnsHeaderResponseCode.NoError ? "no address" : "no such name";
        return new NameAnswer([], ttl < LongestNegative ? ttl : LongestNegative, cause);
    }

    /// <summary>One with the topmost bit set is none (RFC 2181 §8).</summary>
    private static int Seconds(int ttl) => Math.Max(0, ttl);
}
