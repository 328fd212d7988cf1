using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MeshProxy.Transport.Linux;

/// <summary>What a system call gave: a count of bytes (or a descriptor), or the error as a value.</summary>
public readonly struct IoResult
{
    private readonly int _value;

    private IoResult(int value) => _value = value;

    public bool Failed => _value < 0;

    /// <summary>Bytes moved, or the new descriptor; meaningful unless <see cref="Failed"/>.</summary>
    public int Value => _value;

    public Errno Error => _value < 0 ? (Errno)(-_value) : Errno.None;

    public bool WouldBlock => _value == -(int)Errno.EAGAIN;

    /// <summary>Reads errno right after a call that returned -1. Only for calls declared with SetLastError.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static IoResult From(nint returned) => returned >= 0 ? new((int)returned) : Failure();

    internal static IoResult From(Errno error) => new(-(int)error);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IoResult Failure() => new(-Marshal.GetLastPInvokeError());

    public override string ToString() => Failed ? Error.ToString() : _value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
