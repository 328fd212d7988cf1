using System.Runtime.InteropServices;

namespace MeshProxy.Netfilter.Linux;

/// <summary>The error numbers this project tells apart; the same on x86-64 and arm64 (asm-generic/errno.h).</summary>
internal static class Errno
{
    public const int NotPermitted = 1;          // EPERM
    public const int NoEntry = 2;               // ENOENT
    public const int Interrupted = 4;           // EINTR
    public const int Again = 11;                // EAGAIN
    public const int Access = 13;               // EACCES
    public const int Invalid = 22;              // EINVAL
    public const int ReadOnly = 30;             // EROFS
    public const int BadMessage = 74;           // EBADMSG
    public const int NoProtocolOption = 92;     // ENOPROTOOPT
    public const int ProtocolUnsupported = 93;  // EPROTONOSUPPORT
    public const int OperationUnsupported = 95; // EOPNOTSUPP
    public const int FamilyUnsupported = 97;    // EAFNOSUPPORT
    public const int AddressInUse = 98;         // EADDRINUSE
    public const int AddressNotAvailable = 99;   // EADDRNOTAVAIL
    public const int NetworkUnreachable = 101;  // ENETUNREACH
    public const int NoBuffers = 105;           // ENOBUFS
    public const int TimedOut = 110;            // ETIMEDOUT
    public const int ConnectionRefused = 111;   // ECONNREFUSED
    public const int HostUnreachable = 113;     // EHOSTUNREACH

    public static string Text(int errno) => $"{Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})";
}
