using System.Globalization;
using System.Net;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Floods;

/// <summary>slowhttptest(1) at work in a pod.</summary>
internal sealed class SlowHttpAttack : IDisposable
{
    /// <summary>It asks the server now and then whether it still answers: one connection more than was asked for, never held.</summary>
    private const int ProbeSeconds = 3;

    private readonly PodProcess _process;
    private double _cpu;

    /// <param name="mode">-H: heads that never end; -B: bodies that never end; -X: responses that are hardly read.</param>
    public SlowHttpAttack(Pod attacker, IPEndPoint victim, int connections, params string[] mode)
    {
        string[] arguments =
        [
            .. mode, "-c", Text(connections), "-r", Text(connections), "-l", "240", "-p", Text(ProbeSeconds), "-u", $"http://{victim}/",
        ];
        _process = PodProcess.Start(attacker.Namespace, new PodCommand("slowhttptest", arguments) { OpenFiles = connections + 100 });
    }

    /// <summary>Seconds spent, as far as they were seen.</summary>
    public double Cpu
    {
        get
        {
            try
            {
                return _cpu = CpuTime.OfProcess(_process.Id);
            }
            catch (IOException)
            {
                // It ended by itself; what it spent last is what is known.
                return _cpu;
            }
        }
    }

    public string Describe() => _process.Describe();

    public void Dispose() => _process.Dispose();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
