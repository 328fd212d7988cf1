namespace MeshProxy.Tests.Support;

/// <summary>A configuration file whose listeners are at an address of its own.</summary>
internal sealed class SidecarConfig : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SidecarConfig() => Write("");

    public string Address { get; } = LoopbackAddress.Next();

    public string Folder => _folder.Path;

    public string Path => _folder.PathOf("sidecar.json");

    public Uri Admin => new($"http://{Address}:4191");

    public string Listeners => $$"""
        "inbound": { "listen": "{{Address}}:4143" }, "outbound": { "listen": "{{Address}}:4140" }, "admin": { "listen": "{{Address}}:4191" }
        """;

    /// <param name="more">Further members, each after a comma of its own.</param>
    public void Write(string more) => File.WriteAllText(Path, Text(more));

    public string Text(string more) => $"{{ {Listeners}{more} }}";

    public SidecarProcess Run(params (string Name, string Value)[] environment) =>
        SidecarProcess.Start(Folder, ["run", "--config", Path], environment);

    public void Dispose() => _folder.Dispose();
}
