using System.Text;
using MeshProxy.Configuration;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>The configuration file: valid, or refused with every error on a line of its own.</summary>
internal sealed class ConfigTarget() : FuzzTarget("config")
{
    public override IReadOnlyList<byte[]> Samples { get; } =
    [
        """{ "inbound": { "opaquePorts": [25, "4000-5000"], "tcp": { "idleTimeout": "5d" } }, "log": { "level": "debug" } }"""u8.ToArray(),
        """{ "egress": { "networks": [{ "name": "a", "cidr": ["52.0.0.0/8"], "except": [], "ports": [1], "policy": "deny" }] } } // end"""u8
            .ToArray(),
        """{ "outbound": { "listen": "127.0.0.1:1,[::1]:2", "http": { "timeouts": { "request": "1h30m" } } }, }"""u8.ToArray(),
    ];

    public override ReadOnlySpan<byte> Telling => "\"{}[]:,/*0\\"u8;

    public override void Read(byte[] input, Random random)
    {
        var result = new ConfigLoader(new Dictionary<string, string>(), canBind: _ => true).Load("proxy.config.json", input);
        Assert.Equal(result.IsValid, result.Errors.IsEmpty);
        Assert.DoesNotContain(result.Errors, error => error.ToString().Contains('\n', StringComparison.Ordinal));
    }
}
