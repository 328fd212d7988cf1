using System.Globalization;

namespace MeshProxy.PodTests.Cni.Support;

/// <summary>
/// A kernel that gives no netfilter netlink socket, played by a system call filter (seccomp(2)) that answers socket(AF_NETLINK, _,
/// NETLINK_NETFILTER) with an error of one's choice, and lets everything else pass.
/// </summary>
internal static class RefusedNetfilter
{
    public const string Python = "/usr/bin/python3";

    /// <summary>EPROTONOSUPPORT, which is what a kernel without CONFIG_NETFILTER_NETLINK says.</summary>
    public const int NoSuchProtocol = 93;

    /// <summary>ENOBUFS: a kernel that has it, and cannot just now.</summary>
    public const int NoBuffers = 105;

    /// <summary>
    /// The filter compares the call's number (seccomp_data offset 0) and its first and third argument (16, 32); then the program runs.
    /// </summary>
    private const string Script = """
        import ctypes, os, platform, struct, sys
        errno, number = int(sys.argv[1]), {"x86_64": 41, "aarch64": 198}[platform.machine()]
        load, equal, answer = 0x20, 0x15, 0x06
        steps = [(load, 0, 0, 0), (equal, 0, 5, number), (load, 0, 0, 16), (equal, 0, 3, 16), (load, 0, 0, 32), (equal, 0, 1, 12),
                 (answer, 0, 0, 0x00050000 | errno), (answer, 0, 0, 0x7fff0000)]
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
        program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(code)))
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, program):
            sys.exit("no filter: " + os.strerror(ctypes.get_errno()))
        os.execv(sys.argv[2], sys.argv[2:])
        """;

    /// <summary>Comes before the program's own command line.</summary>
    public static string[] With(int errno) => [Python, "-c", Script, errno.ToString(CultureInfo.InvariantCulture)];
}
