using MeshProxy.DataPlane.Http.Hpack;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>
/// Header blocks, one after the other through one decoder: it keeps its bounds, and a second one that is told the same says the same.
/// </summary>
internal sealed class HpackTarget() : FuzzTarget("hpack")
{
    private const int MaxList = 16 * 1024;

    /// <summary>RFC 7541 C.4 and C.6, and a table size update.</summary>
    public override IReadOnlyList<byte[]> Samples { get; } =
    [
        Convert.FromHexString("828684418cf1e3c2e5f23a6ba0ab90f4ff"),
        Convert.FromHexString("828684be5886a8eb10649cbf"),
        Convert.FromHexString("828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"),
        Convert.FromHexString(
            "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3"),
        Convert.FromHexString("3fe11f8286"),
        Convert.FromHexString("20828640036162630364656600016105676869"),
    ];

    public override void Read(byte[] input, Random random)
    {
        var (one, other) = (new HpackDecoder(MaxList, 4096), new HpackDecoder(MaxList, 4096));
        var (fields, otherFields) = (new HeaderFields(), new HeaderFields());
        foreach (var block in input.Chunk(random.Next(1, 64)))
        {
            var error = one.Decode(block, fields);
            Assert.Equal(error, other.Decode(block, otherFields));
            Assert.Equal(fields.Path, otherFields.Path);
            Assert.True(fields.Path.Length <= HeaderFields.MaxPathLength && fields.Authority.Length <= HeaderFields.MaxAuthorityLength);
            if (error != HpackError.None)
                return;
        }
    }
}
