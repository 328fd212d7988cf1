namespace MeshProxy.DataPlane.Http;

/// <summary>
/// Methods with a label of their own in metrics; every other token is <see cref="Other"/>: a client cannot invent series.
/// </summary>
internal enum RequestMethod : byte
{
    Other,
    Get,
    Head,
    Post,
    Put,
    Delete,
    Connect,
    Options,
    Trace,
    Patch,
}

internal static class RequestMethods
{
    /// <summary>Methods are case-sensitive (RFC 9110 §9.1): <c>get</c> is another method than <c>GET</c>.</summary>
    public static RequestMethod Parse(ReadOnlySpan<byte> token) => token.Length switch
    {
        3 when token.SequenceEqual("GET"u8) => RequestMethod.Get,
        3 when token.SequenceEqual("PUT"u8) => RequestMethod.Put,
        4 when token.SequenceEqual("POST"u8) => RequestMethod.Post,
        4 when token.SequenceEqual("HEAD"u8) => RequestMethod.Head,
        5 when token.SequenceEqual("PATCH"u8) => RequestMethod.Patch,
        5 when token.SequenceEqual("TRACE"u8) => RequestMethod.Trace,
        6 when token.SequenceEqual("DELETE"u8) => RequestMethod.Delete,
        7 when token.SequenceEqual("CONNECT"u8) => RequestMethod.Connect,
        7 when token.SequenceEqual("OPTIONS"u8) => RequestMethod.Options,
        _ => RequestMethod.Other,
    };

    public static string Label(this RequestMethod method) => method switch
    {
        RequestMethod.Get => "GET",
        RequestMethod.Head => "HEAD",
        RequestMethod.Post => "POST",
        RequestMethod.Put => "PUT",
        RequestMethod.Delete => "DELETE",
        RequestMethod.Connect => "CONNECT",
        RequestMethod.Options => "OPTIONS",
        RequestMethod.Trace => "TRACE",
        RequestMethod.Patch => "PATCH",
        _ => "OTHER",
    };
}
