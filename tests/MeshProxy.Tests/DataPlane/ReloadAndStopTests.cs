using System.Net;
using MeshProxy.Tests.DataPlane.Support;

namespace MeshProxy.Tests.DataPlane;

public sealed class ReloadAndStopTests
{
    /// <summary>A file that changes while the pod ends: settings wait for loops, and loops end.</summary>
    [Fact]
    public async Task New_settings_in_the_midst_of_a_stop_wait_for_no_loop_that_has_ended()
    {
        for (var i = 0; i < 20; i++)
        {
            await using var proxy = ProxyFixture.Start(new IPEndPoint(IPAddress.Loopback, 1), loops: 2);
            var server = proxy.Server;
            var stopped = new CancellationTokenSource();
            var applying = Task.Factory.StartNew(() => Apply(stopped.Token), TaskCreationOptions.LongRunning);
            await server.StopAsync(TimeSpan.Zero, CancellationToken.None).WaitAsync(Peer.Patience);
            await stopped.CancelAsync();
            await applying.WaitAsync(Peer.Patience);

            void Apply(CancellationToken stop)
            {
                while (!stop.IsCancellationRequested)
                    server.Apply(ProxyFixture.Settings(loops: 2));
            }
        }
    }
}
