namespace MeshProxy.Tests.Http.Agreement;

/// <summary>A request as somebody has framed it.</summary>
/// <param name="BodyBytes">Of the content, without framing; -1 where the request is not whole.</param>
internal readonly record struct SeenRequest(string Method, string Target, long BodyBytes);
