namespace MeshProxy.Compare.Testbed;

/// <summary>The peers, the load tools and the namespace tools, all from Debian. Nothing is done where everything is there.</summary>
internal static class DebianPackages
{
    /// <summary>Package, and a file by which one sees that it is installed: a command's name, or a path.</summary>
    private static readonly (string Package, string Proof)[] Needed =
    [
        ("haproxy", "haproxy"),
        ("nginx", "nginx"),
        ("libnginx-mod-stream", Contenders.Nginx.StreamModule),
        ("wrk", "wrk"),
        ("nghttp2-client", "h2load"),
        ("iperf3", "iperf3"),
        ("nftables", "nft"),
        ("conntrack", "conntrack"),
        ("iproute2", "ip"),
        ("util-linux", "setpriv"),
    ];

    /// <summary>Installs what is missing and says so; false where that failed, with apt's own words already printed.</summary>
    public static bool Install()
    {
        var missing = Needed.Where(need => !IsThere(need.Proof)).Select(need => need.Package).ToArray();
        if (missing.Length == 0)
            return true;
        Console.WriteLine($"installing with apt-get: {string.Join(' ', missing)}");
        Environment.SetEnvironmentVariable("DEBIAN_FRONTEND", "noninteractive");
        Tool.Run("apt-get", ["update", "-q"]);
        var result = Tool.Run("apt-get", ["install", "-y", "-q", "--no-install-recommends", .. missing]);
        if (result.ExitCode != 0)
            Console.Error.WriteLine($"apt-get install failed:\n{result.Error.TrimEnd()}");
        return result.ExitCode == 0;
    }

    private static bool IsThere(string proof) => proof.StartsWith('/') ? File.Exists(proof) : Tool.Exists(proof);
}
