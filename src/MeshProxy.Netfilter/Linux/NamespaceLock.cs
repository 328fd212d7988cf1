using System.Diagnostics;
using System.Net.Sockets;

namespace MeshProxy.Netfilter.Linux;

/// <summary>
/// One at a time in a network namespace: two that change its rules would each find the other's where it expects its own. The lock is a name
/// in the abstract socket namespace (unix(7)), which every network namespace has its own of, and which the kernel frees when the holder
/// ends, however it ends.
/// </summary>
internal sealed class NamespaceLock : IDisposable
{
    private const string Name = "\0meshproxy-init";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(10);

    private readonly Socket _holder;

    private NamespaceLock(Socket holder) => _holder = holder;

    /// <exception cref="NetfilterException">Another holds it for too long.</exception>
    public static NamespaceLock Take()
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryTake() is { } taken)
                return taken;
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new NetfilterException(
                    FailureKind.OperatingSystem,
                    $"another meshproxy has been changing the rules of this namespace for {Patience.TotalSeconds} s",
                    "wait for it to end, or end it");
            Thread.Sleep(BetweenTries);
        }
    }

    public void Dispose() => _holder.Dispose();

    private static NamespaceLock? TryTake()
    {
        var holder = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            holder.Bind(new UnixDomainSocketEndPoint(Name));
            return new NamespaceLock(holder);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            holder.Dispose();
            return null;
        }
    }
}
