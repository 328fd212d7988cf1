using System.Text;
using MeshProxy.DataPlane.Http;
using MeshProxy.DataPlane.Http.Hpack;

namespace MeshProxy.Tests.Http.Hpack;

public sealed class HpackDecoderTests
{
    private readonly HeaderFields _fields = new();
    private readonly HpackDecoder _decoder = new(maxListSize: 4096, maxTableSize: 4096);

    /// <summary>RFC 7541 C.3 (plain) and C.4 (Huffman): three requests on one connection.</summary>
    [Theory]
    [InlineData(
        "828684410f7777772e6578616d706c652e636f6d",
        "828684be58086e6f2d6361636865",
        "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565")]
    [InlineData("828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf")]
    public void Requests_of_the_rfc_are_read(params string[] blocks)
    {
        foreach (var path in new[] { "/", "/" })
        {
            Assert.Equal(HpackError.None, Decode(blocks[0]));
            blocks = blocks[1..];
            Assert.Equal(path, Encoding.ASCII.GetString(_fields.Path));
            Assert.Equal("www.example.com", Encoding.ASCII.GetString(_fields.Authority));
            Assert.Equal(RequestMethod.Get, _fields.Method);
        }
        Assert.Equal(HpackError.None, Decode(blocks[0]));
        Assert.Equal("/index.html", Encoding.ASCII.GetString(_fields.Path));
        Assert.Equal("www.example.com", Encoding.ASCII.GetString(_fields.Authority));
    }

    /// <summary>RFC 7541 C.5 and C.6: three responses with a table of 256 bytes, so entries are evicted.</summary>
    [Theory]
    [InlineData(
        "3fe101" + "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54"
        + "6e1768747470733a2f2f7777772e6578616d706c652e636f6d",
        "4803333037c1c0bf",
        "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a6970"
        + "7738666f6f3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31")]
    [InlineData(
        "3fe101" + "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
        "4883640effc1c0bf",
        "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab"
        + "77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007")]
    public void Responses_of_the_rfc_are_read(params string[] blocks)
    {
        foreach (var (block, status) in blocks.Zip([302, 307, 200]))
        {
            Assert.Equal(HpackError.None, Decode(block));
            Assert.Equal(status, _fields.Status);
        }
    }

    [Fact]
    public void A_connection_of_an_independent_encoder_is_read_to_its_end()
    {
        foreach (var line in IndependentBlocks.Lines.Split('\n'))
        {
            var parts = line.Trim().Split(' ', 3);
            Assert.Equal(HpackError.None, Decode(parts[0]));
            var expected = parts[2].Replace("PURGE", "OTHER");
            Assert.Equal(expected, Describe());
        }
    }

    /// <summary>With the independent encoder's sum as the bound the block passes, with one byte less it does not.</summary>
    [Fact]
    public void The_size_of_a_list_is_exact()
    {
        var blocks = IndependentBlocks.Lines.Split('\n').Select(l => l.Trim().Split(' ', 3)).ToList();
        var largest = 0;
        for (var last = 0; last < blocks.Count; last++)
        {
            // The bound must let the blocks before pass, so only a new largest one can be tried.
            var size = int.Parse(blocks[last][1]);
            if (size <= largest)
                continue;
            largest = size;
            Assert.Equal(HpackError.None, DecodeUpTo(blocks, last, size));
            Assert.Equal(HpackError.ListTooLarge, DecodeUpTo(blocks, last, size - 1));
        }
        Assert.True(largest > 300);
    }

    [Theory]
    [InlineData("80", "index 0")]
    [InlineData("be", "beyond both tables")]
    [InlineData("7f00", "a name beyond both tables")]
    [InlineData("ffffffffff7f", "an integer that does not end in five bytes")]
    [InlineData("ff80808080", "an integer that does not end in the block")]
    [InlineData("00", "no name")]
    [InlineData("000061", "a name without letters")]
    [InlineData("0005", "a name beyond the block")]
    [InlineData("000161", "no value")]
    [InlineData("00016105", "a value beyond the block")]
    [InlineData("0001618100", "padding of zeros")]
    [InlineData("00016182ffff", "padding of more than seven bits")]
    [InlineData("00016184ffffffff", "EOS")]
    [InlineData("8220", "a table size after a field")]
    [InlineData("202020", "three table sizes")]
    [InlineData("3fe21f", "a table larger than announced")]
    public void What_breaks_a_rule_is_malformed(string block, string rule) => Assert.True(HpackError.Malformed == Decode(block), rule);

    [Fact]
    public void A_table_grows_as_far_as_announced_and_followed()
    {
        _decoder.AllowTableSize(8192);
        Assert.Equal(HpackError.TableTooLarge, Decode("3fe13f"));
        var wide = new HpackDecoder(4096, 65_536);
        wide.AllowTableSize(8192);
        Assert.Equal(HpackError.None, wide.Decode(Convert.FromHexString("3fe13f"), _fields));
        Assert.Equal(HpackError.Malformed, wide.Decode(Convert.FromHexString("3fe23f"), _fields));
    }

    [Trait("fault", "P3")]
    [Fact]
    public void A_bomb_of_indexes_is_refused_at_the_bound()
    {
        // An entry of 4,000 bytes, then 200 bytes that each stand for it.
        byte[] entry = [0x40, 1, (byte)'x', 0x7f, 0xa1, 0x1e, .. new byte[4000]];
        Assert.Equal(HpackError.None, _decoder.Decode(entry, _fields));
        byte[] bomb = [.. Enumerable.Repeat((byte)0xbe, 200)];
        Assert.Equal(HpackError.ListTooLarge, _decoder.Decode(bomb, _fields));
    }

    [Fact]
    public void Texts_are_cut_at_their_bound_and_the_table_stays_in_step()
    {
        byte[] longPath = [0x44, 0x7f, 0xd1, 0x0e, .. Enumerable.Repeat((byte)'p', 2000)];
        Assert.Equal(HpackError.None, _decoder.Decode([.. longPath, 0x41, 1, (byte)'h'], _fields));
        Assert.Equal(HeaderFields.MaxPathLength, _fields.Path.Length);
        // The newest entry is the authority, the one before it the path.
        Assert.Equal(HpackError.None, _decoder.Decode([0xbe, 0xbf], _fields));
        Assert.Equal("h", Encoding.ASCII.GetString(_fields.Authority));
        Assert.Equal(HeaderFields.MaxPathLength, _fields.Path.Length);
    }

    [Fact]
    public void Random_blocks_never_throw()
    {
        var random = new Random(3);
        var lines = IndependentBlocks.Lines.Split('\n').Select(l => Convert.FromHexString(l.Trim().Split(' ')[0])).ToList();
        for (var round = 0; round < 20_000; round++)
        {
            var decoder = new HpackDecoder(4096, 4096);
            for (var block = 0; block < 3; block++)
            {
                var bytes = lines[random.Next(lines.Count)].ToArray();
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                if (decoder.Decode(bytes, _fields) != HpackError.None)
                    break;
            }
        }
    }

    [Fact]
    public void Decoding_in_its_stride_allocates_nothing()
    {
        byte[] block = Convert.FromHexString("828684418cf1e3c2e5f23a6ba0ab90f4ff408825a849e95ba97d7f8925a849e95bb8e8b4bf");
        for (var i = 0; i < 500; i++)
            _decoder.Decode(block, _fields);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++)
            _decoder.Decode(block, _fields);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private HpackError Decode(string hex) => _decoder.Decode(Convert.FromHexString(hex), _fields);

    private HpackError DecodeUpTo(List<string[]> blocks, int last, int maxListSize)
    {
        var decoder = new HpackDecoder(maxListSize, 4096);
        for (var i = 0; i < last; i++)
            Assert.Equal(HpackError.None, decoder.Decode(Convert.FromHexString(blocks[i][0]), _fields));
        return decoder.Decode(Convert.FromHexString(blocks[last][0]), _fields);
    }

    private string Describe()
    {
        var method = _fields.HasMethod ? _fields.Method.Label() : "-";
        return $"{method} {Text(_fields.Path)} {Text(_fields.Authority)} {Text(_fields.UserAgent).Replace(' ', '_')} "
            + $"{_fields.Status} {_fields.GrpcStatus} {(_fields.IsGrpc ? "grpc" : "-")}";
    }

    private static string Text(ReadOnlySpan<byte> text) => text.IsEmpty ? "-" : Encoding.ASCII.GetString(text);
}
