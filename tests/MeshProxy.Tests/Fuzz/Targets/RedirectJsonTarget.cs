using System.Text;
using MeshProxy.Netfilter;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>
/// The redirect configuration as it travels in a pod's annotation: valid and the same when written and read again, or refused with reasons.
/// </summary>
internal sealed class RedirectJsonTarget() : FuzzTarget("redirect-json")
{
    public override IReadOnlyList<byte[]> Samples { get; } =
    [
        Encoding.UTF8.GetBytes(RedirectConfigJson.Write(new RedirectConfig())),
        """{"version":1,"\ud800":"1","ipv6":"\udc00\ud83d\ude00"}"""u8.ToArray(),
    ];

    public override ReadOnlySpan<byte> Telling => "\"{}[]:,0\\"u8;

    public override void Read(byte[] input, Random random)
    {
        if (!RedirectConfigJson.TryRead(Encoding.UTF8.GetString(input), out var config, out var errors))
        {
            Assert.NotEmpty(errors);
            return;
        }
        var written = RedirectConfigJson.Write(config);
        Assert.True(RedirectConfigJson.TryRead(written, out var again, out _), written);
        Assert.Equal(written, RedirectConfigJson.Write(again));
    }
}
