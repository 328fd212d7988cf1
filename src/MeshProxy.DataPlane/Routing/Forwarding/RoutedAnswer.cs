using System.Globalization;
using System.Text;
using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Http.Http2;
using MeshProxy.DataPlane.Routing.Matching;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MeshProxy.DataPlane.Routing.Forwarding;

/// <summary>The proxy's own answer where no backend gave one: the same words as for an observed connection.</summary>
internal static class RoutedAnswer
{
    public const string ErrorHeader = "meshproxy-error";

    /// <summary>Takes back what an attempt has prepared of a response, of which nothing has been sent.</summary>
    public static void Clear(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.Headers.Clear();
        if (context.Features.Get<IHttpResponseFeature>() is { } response)
            response.ReasonPhrase = null;
    }

    /// <summary>A status without content; for gRPC its status alone, in the form of trailers.</summary>
    /// <param name="cause">Phase, target and cause.</param>
    /// <returns>The gRPC status; null for any other request.</returns>
    public static int? Write(HttpContext context, int status, string cause)
    {
        Clear(context);
        Span<byte> printable = stackalloc byte[Math.Min(cause.Length, Http2ErrorResponse.MaxCauseLength)];
        Printable.Write(printable, cause.AsSpan(0, printable.Length));
        var words = Encoding.ASCII.GetString(printable);
        var headers = context.Response.Headers;
        headers[ErrorHeader] = words;
        if (!RequestMatcher.IsGrpc(context.Request))
        {
            context.Response.StatusCode = status;
            headers.ContentLength = 0;
            return null;
        }
        var grpcStatus = Http2ErrorResponse.GrpcStatusOf(status);
        headers.ContentType = "application/grpc";
        headers["grpc-status"] = grpcStatus.ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = words;
        return grpcStatus;
    }
}
