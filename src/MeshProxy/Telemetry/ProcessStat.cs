namespace MeshProxy.Telemetry;

/// <summary>This process as the kernel sees it: one read of /proc/self/stat (proc(5)).</summary>
internal readonly record struct ProcessStat(TimeSpan CpuTime, long Threads, TimeSpan StartAfterBoot, long VirtualBytes, long ResidentBytes)
{
    /// <summary>USER_HZ, which the kernel's interface has fixed at 100 on x64 and arm64.</summary>
    private const long TicksPerSecond = 100;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1) / TicksPerSecond;

    /// <summary>Since exec, by the clock that goes on while the machine sleeps; exact to 10 ms.</summary>
    public TimeSpan Age => Uptime() - StartAfterBoot;

    public static ProcessStat Read()
    {
        Span<byte> buffer = stackalloc byte[1024];
        var stat = ProcFile.Read("/proc/self/stat", buffer);
        // The second field is the name in brackets, and may hold anything: what is counted begins after the last bracket, with field 3.
        var rest = stat[(stat.LastIndexOf((byte)')') + 1)..];
        Span<long> fields = stackalloc long[25];
        for (var i = 3; i < fields.Length; i++)
            fields[i] = ProcFile.TakeNumber(ref rest);
        return new ProcessStat(
            CpuTime: (fields[14] + fields[15]) * Tick,
            Threads: fields[20],
            StartAfterBoot: fields[22] * Tick,
            VirtualBytes: fields[23],
            ResidentBytes: fields[24] * Environment.SystemPageSize);
    }

    private static TimeSpan Uptime()
    {
        Span<byte> buffer = stackalloc byte[64];
        var text = ProcFile.Read("/proc/uptime", buffer);
        return System.Buffers.Text.Utf8Parser.TryParse(text, out double seconds, out _) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
    }
}
