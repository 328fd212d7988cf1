using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MeshProxy.PodTests.Support.Network;

/// <summary>
/// Runs a few lines inside a network namespace. setns(2) moves one thread, and pool threads are everybody's: so each visit gets a thread of
/// its own, which ends with it. A socket stays in the namespace it was made in, wherever it is used afterwards, awaiting included.
/// </summary>
internal static partial class NamespaceThread
{
    private const int NewNetworkNamespace = 0x40000000;

    public static T Run<T>(string namespacePath, Func<T> inside)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(namespacePath);
                result = inside();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    private static void Enter(string namespacePath)
    {
        using var file = File.OpenHandle(namespacePath);
        if (SetNamespace(file, NewNetworkNamespace) != 0)
            throw new SocketException(Marshal.GetLastPInvokeError(), $"entering {namespacePath}");
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle namespaceFile, int type);
}
