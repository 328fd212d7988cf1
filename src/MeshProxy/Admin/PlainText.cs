using System.Text;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Admin;

/// <summary>Answers for people and probes: one or a few lines of text.</summary>
internal static class PlainText
{
    public static Task AnswerAsync(HttpContext context, int status, string line)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        var text = Encoding.UTF8.GetBytes(line + "\n");
        context.Response.ContentLength = text.Length;
        return context.Response.Body.WriteAsync(text, 0, text.Length, context.RequestAborted);
    }
}
