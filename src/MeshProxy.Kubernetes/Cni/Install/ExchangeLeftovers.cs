using System.Collections.Immutable;

namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>
/// What lies beside a list after somebody was killed who exchanged the two. Mostly it is what the list was before, or was to become, and
/// goes. It may be what the main CNI plugin wrote in between, which came out of the exchange and was not given back any more: that is put
/// back.
/// </summary>
internal static class ExchangeLeftovers
{
    /// <returns>The lists that were put back.</returns>
    /// <exception cref="IOException">A file cannot be read, removed or renamed.</exception>
    public static ImmutableArray<string> Settle(string folder, string pluginName)
    {
        var restored = ImmutableArray.CreateBuilder<string>();
        foreach (var beside in BesideName.AllIn(folder))
        {
            if (BesideName.ExchangeOf(beside) is { } exchange && IsSomebodysNewest(beside, exchange.Target, exchange.Hash, pluginName))
            {
                DurableFile.Rename(beside, exchange.Target);
                restored.Add(exchange.Target);
            }
            else
            {
                File.Delete(beside);
            }
        }
        return restored.ToImmutable();
    }

    /// <summary>
    /// 1. It came out of an exchange: it is not what was written. 2. What was written is in place still; else somebody has written since.
    /// 3. It is whole. 4. Our entry apart, it is another list than the one in place.
    /// </summary>
    private static bool IsSomebodysNewest(string beside, string target, string written, string pluginName)
    {
        var cameOut = DurableFile.Read(beside);
        if (BesideName.HashOf(cameOut) == written || !File.Exists(target))
            return false;
        var inPlace = DurableFile.Read(target);
        return BesideName.HashOf(inPlace) == written
            && PluginListText.Read(cameOut, out _) is { } theirs
            && PluginListText.Read(inPlace, out _) is { } ours
            && !theirs.Without(pluginName).AsSpan().SequenceEqual(ours.Without(pluginName));
    }
}
