using System.Buffers;
using System.IO.Compression;
using MeshProxy.DataPlane.Telemetry.Exposition;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace MeshProxy.Admin;

/// <summary>
/// /metrics. A page is some tens of KiB; its buffer is kept from scrape to scrape, so that scrapes leave no large garbage.
/// </summary>
internal sealed class ScrapeEndpoint(Action<IBufferWriter<byte>> writePage)
{
    private ArrayBufferWriter<byte>? _kept;

    public async Task AnswerAsync(HttpContext context)
    {
        var buffer = Interlocked.Exchange(ref _kept, null) ?? new ArrayBufferWriter<byte>(32 * 1024);
        writePage(buffer);
        context.Response.ContentType = PrometheusText.ContentType;
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (TakesGzip(context.Request))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
        }
        else
        {
            context.Response.ContentLength = buffer.WrittenCount;
            await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
        }
        buffer.ResetWrittenCount();
        _kept = buffer;
    }

    /// <summary>Named with a quality other than 0 (RFC 9110 section 12.5.3).</summary>
    private static bool TakesGzip(HttpRequest request) =>
        StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var codings)
        && codings.Any(coding => coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality is not 0);
}
