using MeshProxy.DataPlane.Http.Hpack;

namespace MeshProxy.Tests.Http.Hpack;

public sealed class HuffmanDecoderTests
{
    /// <summary>By symbol; the end of a string, the last of all, is left out.</summary>
    private static readonly Dictionary<byte, (uint Code, int Length)> Codes = ReadCodes();

    [Fact]
    public void Every_pair_of_symbols_is_decoded()
    {
        for (var pair = 0; pair <= ushort.MaxValue; pair++)
            AssertDecodes([(byte)pair, (byte)(pair >> 8)]);
    }

    [Fact]
    public void Text_of_any_length_is_decoded_whatever_follows_a_symbol()
    {
        var random = new Random(7541);
        for (var round = 0; round < 20_000; round++)
        {
            var text = new byte[random.Next(0, 80)];
            // Mostly letters and digits, which go two at a time; now and then anything.
            foreach (ref var symbol in text.AsSpan())
                symbol = (byte)(random.Next(8) == 0 ? random.Next(256) : "etaoinshrdlu0123456789-/."[random.Next(25)]);
            AssertDecodes(text);
        }
    }

    [Fact]
    public void Text_that_does_not_fit_is_cut_and_measured_in_whole()
    {
        var text = "sixteen symbols!"u8.ToArray();
        for (var room = 0; room <= text.Length; room++)
        {
            var decoded = new byte[room];
            Assert.True(HuffmanDecoder.TryDecode(Encode(text), decoded, out var length));
            Assert.Equal(text.Length, length);
            Assert.Equal(text[..room], decoded);
        }
    }

    [Theory]
    [InlineData("ff")]           // eight bits of padding
    [InlineData("18")]           // 'a' and zeros
    [InlineData("1fff")]         // 'a' and eleven bits of padding
    [InlineData("fffffffc")]     // EOS, and padding of zeros
    [InlineData("1fffffffff")]   // EOS behind a symbol
    public void Bad_padding_and_end_of_string_are_refused(string coded) =>
        Assert.False(HuffmanDecoder.TryDecode(Convert.FromHexString(coded), new byte[64], out _));

    private static void AssertDecodes(byte[] text)
    {
        var decoded = new byte[text.Length];
        Assert.True(HuffmanDecoder.TryDecode(Encode(text), decoded, out var length), Convert.ToHexString(text));
        Assert.Equal(text.Length, length);
        Assert.Equal(text, decoded);
    }

    /// <summary>Bit by bit, so that it shares nothing with the decoder but the code itself.</summary>
    private static byte[] Encode(byte[] text)
    {
        var bits = new List<bool>();
        foreach (var symbol in text)
        {
            var (code, length) = Codes[symbol];
            for (var bit = length - 1; bit >= 0; bit--)
                bits.Add((code >> bit & 1) != 0);
        }
        while (bits.Count % 8 != 0)
            bits.Add(true);
        var coded = new byte[bits.Count / 8];
        for (var i = 0; i < bits.Count; i++)
            coded[i / 8] |= (byte)(bits[i] ? 0x80 >> i % 8 : 0);
        return coded;
    }

    private static Dictionary<byte, (uint Code, int Length)> ReadCodes()
    {
        var codes = new Dictionary<byte, (uint, int)>();
        for (var length = 1; length <= HuffmanCode.MaxLength; length++)
        {
            var (first, count, start) = HuffmanCode.ByLength[length];
            for (var i = 0; i < count && HuffmanCode.Symbols[start + i] < HuffmanCode.EndOfString; i++)
                codes[(byte)HuffmanCode.Symbols[start + i]] = (first + (uint)i, length);
        }
        return codes;
    }
}
