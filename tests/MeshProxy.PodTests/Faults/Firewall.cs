using System.Globalization;
using MeshProxy.PodTests.Support.Network;
using MeshProxy.PodTests.Support.Processes;

namespace MeshProxy.PodTests.Faults;

/// <summary>
/// Stands before the servers of a pod. Where the pod is the meshed one, it sees what the sidecar dials, and not what comes from outside:
/// that has the sidecar's own port by then.
/// </summary>
internal sealed class Firewall
{
    private readonly NetworkNamespace _space;

    public Firewall(NetworkNamespace space)
    {
        _space = space;
        Load(
            """
            table inet faults {
              set refused { type inet_service; }
              set rejected { type inet_service; }
              set gone { type inet_service; }
              chain arriving {
                type filter hook input priority 0;
                tcp dport @refused reject with tcp reset
                tcp dport @rejected reject with icmpx type admin-prohibited
                tcp dport @gone drop
              }
              chain leaving {
                type filter hook output priority 0;
                tcp sport @gone drop
              }
            }
            """);
    }

    /// <summary>For what goes wrong before there is a connection.</summary>
    public Task ObstructAsync(Fault fault, ushort port) => fault switch
    {
        Fault.Refused => AddAsync("refused", port),
        Fault.Rejected => AddAsync("rejected", port),
        Fault.Blackholed => CutOffAsync(port),
        _ => Task.CompletedTask,
    };

    /// <summary>From now on no packet of the server's port comes through either way.</summary>
    public Task CutOffAsync(ushort port) => AddAsync("gone", port);

    private Task AddAsync(string set, ushort port) =>
        Task.Run(() => Load(string.Create(CultureInfo.InvariantCulture, $"add element inet faults {set} {{ {port} }}")));

    private void Load(string rules) => Tool.Run("ip", ["netns", "exec", _space.Name, "nft", "-f", "-"], rules);
}
