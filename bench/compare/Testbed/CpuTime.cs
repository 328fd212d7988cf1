namespace MeshProxy.Compare.Testbed;

/// <summary>CPU used by a server and its workers so far, in seconds, told twice by the kernel.</summary>
/// <param name="Accounted">utime + stime of the processes: what is reported.</param>
/// <param name="Scheduled">schedstat of the threads that are alive: the cross-check. Smaller where a thread has ended.</param>
internal readonly record struct CpuTime(double Accounted, double Scheduled)
{
    /// <summary>Two clocks that differ by more than this are not telling the same story: 5 %, and the 10 ms tick of both ends.</summary>
    private const double Tolerance = 0.05;
    private const double Tick = 0.02;

    public bool Agrees => Math.Abs(Accounted - Scheduled) <= Tick + Tolerance * Accounted;

    public static CpuTime Of(ServerProcess server)
    {
        var pids = server.Pids.ToArray();
        return new CpuTime(pids.Sum(ProcFile.CpuSeconds), pids.Sum(ProcFile.ScheduledSeconds));
    }

    public static CpuTime operator -(CpuTime later, CpuTime earlier) =>
        new(later.Accounted - earlier.Accounted, later.Scheduled - earlier.Scheduled);
}
