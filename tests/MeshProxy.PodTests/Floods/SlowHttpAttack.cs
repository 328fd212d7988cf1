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

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    private readonly PodProcess _process;
    private readonly Timer _looks;
    private double _cpu;

    /// <param name="mode">-H: heads that never end; -B: bodies that never end; -X: responses that are hardly read.</param>
    public SlowHttpAttack(Pod attacker, IPEndPoint victim, int connections, params string[] mode)
    {
        string[] arguments =
        [
            .. mode, "-c", Text(connections), "-r", Text(connections), "-l", "240", "-p", Text(ProbeSeconds), "-u", $"http://{victim}/",
        ];
        _process = PodProcess.Start(attacker.Namespace, new PodCommand("slowhttptest", arguments) { OpenFiles = connections + 100 });
        _looks = new Timer(_ => Look(), null, LookInterval, LookInterval);
    }

    public string Describe() => _process.Describe();

    /// <summary>Ends it, and returns the seconds of CPU it spent: until it ended by itself, where it did, as far as was seen.</summary>
    public double End()
    {
        Look();
        Dispose();
        return _cpu;
    }

    public void Dispose()
    {
        _looks.Dispose();
        _process.Dispose();
    }

    private void Look()
    {
        try
        {
            _cpu = CpuTime.OfProcess(_process.Id);
        }
        catch (InvalidOperationException)
        {
            // It is gone.
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
