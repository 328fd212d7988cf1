namespace MeshProxy.Tests.Fuzz;

/// <summary>Changes a sample a little: a bit, a byte, a stretch repeated, left out or cut off, two samples joined.</summary>
internal static class Mutation
{
    private const int LongestStretch = 32;

    /// <param name="telling">Bytes that mean something to the parser.</param>
    public static byte[] Of(IReadOnlyList<byte[]> samples, ReadOnlySpan<byte> telling, Random random)
    {
        var bytes = samples[random.Next(samples.Count)].ToList();
        for (var change = random.Next(0, 6); change > 0; change--)
            Change(bytes, samples, telling, random);
        return [.. bytes];
    }

    private static void Change(List<byte> bytes, IReadOnlyList<byte[]> samples, ReadOnlySpan<byte> telling, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(random.Next(1, LongestStretch), bytes.Count - at);
        var value = telling.IsEmpty || random.Next(3) == 0 ? (byte)random.Next(256) : telling[random.Next(telling.Length)];
        switch (random.Next(8))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = value;
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                bytes.InsertRange(at, samples[random.Next(samples.Count)]);
                break;
            default:
                bytes.Insert(at, value);
                break;
        }
    }
}
