using System.Net;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>
/// One request for each pair of eight methods and each registered status, which nginx answers by a path of its own: as many series of
/// observed requests as clients and servers can make, but for a few.
/// </summary>
internal static class StatusRequests
{
    /// <summary>Final ones, and some that are not registered; 408 makes nginx close without an answer.</summary>
    public static IEnumerable<int> Statuses =>
    [
        .. Enumerable.Range(200, 27), .. Enumerable.Range(300, 9), .. Enumerable.Range(400, 32).Except([408]), 451,
        .. Enumerable.Range(500, 12),
    ];

    private static readonly HttpMethod[] Methods =
    [
        HttpMethod.Get, HttpMethod.Head, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete,
        HttpMethod.Options, HttpMethod.Patch, new("REPORT"),
    ];

    /// <exception cref="MeasurementException">A request was not answered with its status.</exception>
    public static void Run(Target target)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        foreach (var method in Methods)
        {
            foreach (var status in Statuses)
                Ask(client, method, $"http://{target}/{status}", (HttpStatusCode)status);
        }
    }

    private static void Ask(HttpClient client, HttpMethod method, string url, HttpStatusCode expected)
    {
        try
        {
            using var request = new HttpRequestMessage(method, url);
            using var answer = client.Send(request);
            if (answer.StatusCode != expected)
                throw new MeasurementException($"{method} {url}: status {(int)answer.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            throw new MeasurementException($"{method} {url}: {e.Message}");
        }
    }
}
