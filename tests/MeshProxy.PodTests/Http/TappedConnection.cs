using System.Text;
using System.Text.RegularExpressions;

namespace MeshProxy.PodTests.Http;

/// <summary>What came of a connection at one place.</summary>
internal sealed partial record TappedConnection(byte[] Request, byte[] Response, bool WasReset)
{
    /// <summary>The same connection where the client is and where the server is: not a byte more, fewer, or other.</summary>
    public static bool AreSame(TappedConnection client, TappedConnection server) => client.WasReset || server.WasReset
        // What was on its way when one side gave up may be lost.
        ? client.Request.AsSpan().StartsWith(server.Request) && server.Response.AsSpan().StartsWith(client.Response)
        : client.Request.AsSpan().SequenceEqual(server.Request) && server.Response.AsSpan().SequenceEqual(client.Response);

    /// <summary>Both directions as text, without what differs from one second to the next by itself.</summary>
    public string WithoutDates() => Date().Replace(Encoding.Latin1.GetString(Request) + "\n" + Encoding.Latin1.GetString(Response), "date");

    [GeneratedRegex(@"^date: [^\r]+", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Date();
}
