using System.Runtime.InteropServices;

namespace MeshProxy.Transport.Linux;

/// <summary>
/// malloc_trim(3): glibc keeps what was freed, unless it lies at an arena's end, until somebody asks for it to be given back.
/// </summary>
public static partial class NativeHeap
{
    /// <summary>Locks one arena after the other, for as long as it takes to give back its free pages: 0.1 ms per MiB.</summary>
    public static void Trim() => _ = malloc_trim(0);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
