using MeshProxy.PodTests.Support;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Redirect.Support;

/// <summary>
/// A pod to be redirected, a client pod and a host outside. Shared by a class of tests: a fresh veth pair takes up to a second to carry.
/// </summary>
public sealed class RedirectNetwork : IDisposable
{
    private readonly PodNetwork? _network;

    public RedirectNetwork()
    {
        // Made even where every test of the class is skipped.
        if (PodRequirements.Missing() is not null)
            return;
        _network = new PodNetwork();
        try
        {
            App = _network.AddPod("app");
            Client = _network.AddPod("client");
            External = _network.AddExternal();
        }
        catch
        {
            _network.Dispose();
            throw;
        }
    }

    internal Pod App { get; } = null!;

    internal Pod Client { get; } = null!;

    internal Pod External { get; } = null!;

    public void Dispose() => _network?.Dispose();
}
