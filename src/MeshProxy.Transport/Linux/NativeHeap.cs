using System.Runtime.InteropServices;

namespace MeshProxy.Transport.Linux;

/// <summary>
/// glibc's heap: malloc_trim(3), mallopt(3). It keeps what was freed, unless it lies at an arena's end, until somebody asks for it to be
/// given back; and pages of which a byte is in use it keeps in any case.
/// </summary>
public static partial class NativeHeap
{
    private const int ArenaMax = -8; // M_ARENA_MAX, malloc.h

    /// <summary>
    /// No more than so many arenas, for threads that begin from now on; out of the box there may be eight for every core, and what is left
    /// in use after a burst is strewn over the pages of all of them. The relay takes nothing from this heap once its pools are filled.
    /// </summary>
    public static void LimitArenas(int count) => _ = mallopt(ArenaMax, count);

    /// <summary>Locks one arena after the other, for as long as it takes to give back its free pages: 0.1 ms per MiB.</summary>
    public static void Trim() => _ = malloc_trim(0);

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
