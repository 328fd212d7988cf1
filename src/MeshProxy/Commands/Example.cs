namespace MeshProxy.Commands;

/// <summary>A line of help that can be typed as it stands.</summary>
internal sealed record Example(string CommandLine, string Purpose);
