namespace MeshProxy.Transport.Relay;

/// <summary>Bytes of one kind of traffic on one loop: written by the loop alone, read by whoever scrapes.</summary>
public sealed class ByteCounter
{
    private long _value;

    public long Value => Volatile.Read(ref _value);

    internal void Add(int bytes) => _value += bytes;
}
