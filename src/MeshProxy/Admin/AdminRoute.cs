using Microsoft.AspNetCore.Http;

namespace MeshProxy.Admin;

/// <summary>A row of the table of endpoints.</summary>
/// <param name="Method">GET answers HEAD too.</param>
/// <param name="Purpose">For the list at /; empty for what nobody asks for by hand.</param>
internal sealed record AdminRoute(string Method, string Path, AdminAudience Audience, string Purpose, Func<HttpContext, Task> Answer)
{
    public bool Takes(string method) => method == Method || Method == HttpMethods.Get && method == HttpMethods.Head;
}
