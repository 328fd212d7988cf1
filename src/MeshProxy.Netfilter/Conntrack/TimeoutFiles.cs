using System.Globalization;

namespace MeshProxy.Netfilter.Conntrack;

/// <summary>
/// The same timeouts as files, for kernels without the netlink interface. Writing takes root or NET_ADMIN, and a writable /proc/sys.
/// </summary>
internal static class TimeoutFiles
{
    /// <exception cref="NetfilterException">The file is missing, read-only or forbidden.</exception>
    public static Dictionary<TcpTimeout, uint> Read() => Enum.GetValues<TcpTimeout>().ToDictionary(t => t, t =>
        Guard(t, file => uint.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture)));

    /// <exception cref="NetfilterException">The file is missing, read-only or forbidden.</exception>
    public static void Write(IReadOnlyDictionary<TcpTimeout, uint> seconds)
    {
        foreach (var (timeout, value) in seconds)
        {
            Guard(timeout, file =>
            {
                File.WriteAllText(file, value.ToString(CultureInfo.InvariantCulture));
                return 0;
            });
        }
    }

    private static T Guard<T>(TcpTimeout timeout, Func<string, T> access)
    {
        var file = TcpTimeoutName.File(timeout);
        try
        {
            return access(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NetfilterException(
                FailureKind.Unsupported, $"{file} does not exist", "load nf_conntrack on the node (modprobe nf_conntrack)");
        }
        catch (UnauthorizedAccessException)
        {
            throw new NetfilterException(FailureKind.Permission, $"{file} may not be written");
        }
        catch (IOException e)
        {
            // A read-only mount is an IOException with the errno's text; there is no type of its own for EROFS.
            throw new NetfilterException(FailureKind.Permission, $"{file}: {e.Message}");
        }
    }
}
