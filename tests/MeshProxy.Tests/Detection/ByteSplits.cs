using System.Buffers;
using System.Text;

namespace MeshProxy.Tests.Detection;

/// <summary>Bytes written as Latin-1 text, and the same bytes in two segments.</summary>
internal static class ByteSplits
{
    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public static ReadOnlySequence<byte> InTwoSegments(byte[] bytes, int split)
    {
        var first = new Segment(bytes.AsMemory(0, split), 0);
        var second = new Segment(bytes.AsMemory(split), split);
        first.Append(second);
        return new ReadOnlySequence<byte>(first, 0, second, bytes.Length - split);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public void Append(Segment next) => Next = next;
    }
}
