using System.Net.Sockets;
using MeshProxy.Netfilter;
using MeshProxy.PodTests.Redirect.Support;
using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Redirect;

/// <summary>
/// A client that has said all it has to say still gets its answer, however late. The kernel would forget it after a minute, here after a
/// second, and translate no more; time itself is what is tested, so it has to pass.
/// </summary>
public sealed class HalfCloseTests
{
    private const ushort Port = 8080;
    private const string CloseWait = "net/netfilter/nf_conntrack_tcp_timeout_close_wait";
    private static readonly TimeSpan AnswerAfter = TimeSpan.FromSeconds(2);

    [PodFact]
    [Trait("fault", "T1")]
    public async Task An_answer_later_than_close_wait_arrives_after_init()
    {
        using var pod = RedirectedPod.Alone();
        pod.App.Namespace.WriteSetting(CloseWait, "1");
        var changed = Assert.Single(pod.MustApply(new RedirectConfig()).Timeouts);
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)), (changed.Before, changed.After));

        Assert.True(await AnswersLateAsync(pod));
    }

    [PodFact]
    public async Task It_is_lost_where_the_kernels_timeout_is_left()
    {
        using var pod = RedirectedPod.Alone();
        pod.App.Namespace.WriteSetting(CloseWait, "1");
        pod.MustApply(new RedirectConfig { Timeouts = new ConntrackTimeouts(null) });

        Assert.False(await AnswersLateAsync(pod));
    }

    private static async Task<bool> AnswersLateAsync(RedirectedPod pod)
    {
        using var connection = await RedirectedConnection.OpenAsync(pod, IpFamily.V4, Port);
        await connection.ExchangeAsync();
        connection.Client.Shutdown(SocketShutdown.Send);
        Assert.Empty(await connection.Proxy.ReadToEndAsync());

        await Task.Delay(AnswerAfter);
        await connection.Proxy.SendTextAsync("answer");

        var answer = connection.Client.ReadTextAsync("answer".Length);
        return await Task.WhenAny(answer, Task.Delay(AnswerAfter)) == answer && await answer == "answer";
    }
}
