namespace MeshProxy.PodTests.Endurance;

/// <summary>Bytes that both ends can make from two numbers, so that every one of them is checked without being sent along.</summary>
internal static class Payload
{
    public static byte[] Of(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
