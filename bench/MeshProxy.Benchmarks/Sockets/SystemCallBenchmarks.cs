using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using MeshProxy.Transport.Linux;

namespace MeshProxy.Benchmarks.Sockets;

/// <summary>
/// Calls that the kernel refuses at once (EBADF): what is left is the way there and back, of libc's functions and of what the relay uses.
/// Only in a process with threads do the two differ, as this one is.
/// </summary>
public unsafe partial class SystemCallBenchmarks
{
    private const int NoDescriptor = -1;

    [Benchmark]
    public nint ReceiveOfLibc() => recv(NoDescriptor, null, 0, 0);

    [Benchmark]
    public int Receive() => SocketCalls.Receive(NoDescriptor, null, 0).Value;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int descriptor, void* buffer, nuint count, int flags);
}
