using MeshProxy.Kubernetes.Annotations;

namespace MeshProxy.Tests.Kubernetes.Annotations;

public sealed class AnnotationReaderTests
{
    private const string Ours = "config.meshproxy.io/";

    [Fact]
    public void Every_setting_is_inherited_from_the_namespace_and_overridden_by_the_pod()
    {
        foreach (var key in AnnotationTable.All)
        {
            var (first, second) = TwoValuesOf(key);
            var inherited = new AnnotationReader(Of("namespace shop", (key.FullName, first)), Of("", []));
            Assert.Equal((first, "namespace shop"), (inherited[key], inherited.Find(key)!.Where));
            var overridden = new AnnotationReader(Of("namespace shop", (key.FullName, first)), Of("", (key.FullName, second)));
            Assert.Equal(second, overridden[key]);
            Assert.Empty(overridden.Errors.Concat(overridden.Warnings));
        }
    }

    [Theory]
    [InlineData("config.meshproxy.io/opaqe-ports", "did you mean config.meshproxy.io/opaque-ports?")]
    [InlineData("config.meshproxy.io/Opaque-Ports", "did you mean config.meshproxy.io/opaque-ports?")]
    [InlineData("meshproxy.io/opaque-ports", "did you mean config.meshproxy.io/opaque-ports?")]
    [InlineData("meshproxy.io/injct", "did you mean meshproxy.io/inject?")]
    [InlineData("config.meshproxy.io/inject", "did you mean meshproxy.io/inject?")]
    [InlineData("config.meshprxy.io/skip-inbound-port", "did you mean config.meshproxy.io/skip-inbound-ports?")]
    [InlineData("opaque-ports", "did you mean config.meshproxy.io/opaque-ports?")]
    [InlineData("config.linkerd.io/opaque-port", "did you mean config.meshproxy.io/opaque-ports?")]
    [InlineData("config.linkerd.io/proxy-image", "has no effect: it names an image of Linkerd; config.meshproxy.io/proxy-image names ours")]
    [InlineData("config.meshproxy.io/telepathy", "is unknown and has no effect")]
    public void Name_without_effect_is_told_with_the_nearest(string name, string told)
    {
        var reader = new AnnotationReader(Of("", (name, "1")));
        Assert.Empty(reader.Values);
        Assert.EndsWith(told, Assert.Single(reader.Warnings));
    }

    [Theory]
    [InlineData("kubectl.kubernetes.io/restartedAt")]
    [InlineData("prometheus.io/port")]
    [InlineData("sidecar.istio.io/inject")]
    [InlineData("config.example.io/opaque-ports")]
    [InlineData("meshproxy.io/status")]
    public void Name_of_others_is_no_business_of_ours(string name) => Assert.Empty(new AnnotationReader(Of("", (name, "1"))).Warnings);

    [Fact]
    public void Native_sidecar_is_understood_in_all_spellings_and_the_newest_wins()
    {
        const string Config = "config.linkerd.io/proxy-enable-native-sidecar";
        const string Beta = "config.beta.linkerd.io/proxy-enable-native-sidecar";
        const string Alpha = "config.alpha.linkerd.io/proxy-enable-native-sidecar";
        foreach (var name in new[] { Config, Beta, Alpha })
        {
            var reader = new AnnotationReader(Of("", (name, "false")));
            Assert.Equal("disabled", reader[AnnotationTable.NativeSidecar]);
            Assert.Equal($"{name} is config.meshproxy.io/native-sidecar here", Assert.Single(reader.Warnings));
        }
        Assert.Equal("disabled",
            new AnnotationReader(Of("", (Alpha, "true"), (Beta, "true"), (Config, "false")))[AnnotationTable.NativeSidecar]);
        Assert.Equal("enabled", new AnnotationReader(Of("", (Alpha, "false"), (Beta, "true")))[AnnotationTable.NativeSidecar]);
        Assert.Equal("enabled",
            new AnnotationReader(Of("", (Config, "false"), (Ours + "native-sidecar", "enabled")))[AnnotationTable.NativeSidecar]);
    }

    [Theory]
    [InlineData("proxy-log-level", "warn,linkerd=debug,hickory=error", "debug")]
    [InlineData("proxy-log-format", "plain", "text")]
    [InlineData("access-log", "apache", "common")]
    [InlineData("shutdown-grace-period", "2m0s", "2m")]
    public void Value_of_linkerd_is_translated(string name, string theirs, string ours)
    {
        var reader = new AnnotationReader(Of("", ("config.linkerd.io/" + name, theirs)));
        Assert.Equal(ours, reader[AnnotationTable.ByName[name]]);
    }

    [Fact]
    public void Bad_value_is_told_with_place_reason_and_what_is_allowed()
    {
        var reader = new AnnotationReader(Of("namespace shop", (Ours + "keepalive-interval", "0"), (Ours + "native-sidecar", "enable")));
        Assert.Equal(string.Join("\n", new[]
            {
                "namespace shop: config.meshproxy.io/keepalive-interval: '0' is not whole seconds, "
                + "such as 10s, 5m, 1h30m, from 1s, up to 9h6m7s",
                "namespace shop: config.meshproxy.io/native-sidecar: 'enable' is not one of auto, enabled, disabled; did you mean enabled?",
            }), string.Join("\n", reader.Errors));
    }

    [Fact]
    public void Label_that_should_be_an_annotation_is_told()
    {
        var labels = new Dictionary<string, string> { ["meshproxy.io/inject"] = "enabled", ["app"] = "web" };
        var reader = new AnnotationReader(new AnnotationSource("", new Dictionary<string, string>(), labels));
        Assert.Equal("meshproxy.io/inject is a label and has no effect; write it as an annotation", Assert.Single(reader.Warnings));
    }

    [Theory]
    [InlineData("0.5", "500m")]
    [InlineData("1500m", "1500m")]
    [InlineData("2000m", "2")]
    [InlineData("2", "2")]
    public void Cpu_is_written_as_the_api_server_writes_it(string given, string written) =>
        Assert.Equal(written, new AnnotationReader(Of("", (Ours + "proxy-cpu-limit", given)))[AnnotationTable.CpuLimit]);

    [Theory]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("1.5Gi", "1536Mi")]
    [InlineData("128M", "128M")]
    [InlineData("1000k", "1M")]
    [InlineData("1048576", "1048576")]
    public void Memory_is_written_as_the_api_server_writes_it(string given, string written) =>
        Assert.Equal(written, new AnnotationReader(Of("", (Ours + "proxy-memory-limit", given)))[AnnotationTable.MemoryLimit]);

    [Theory]
    [InlineData("0")]
    [InlineData("-1Mi")]
    [InlineData("1e3")]
    [InlineData("100m")]
    [InlineData("0.1")]
    [InlineData("12 Mi")]
    [InlineData("Mi")]
    public void Amount_that_is_none_is_refused(string given) =>
        Assert.Single(new AnnotationReader(Of("", (Ours + "proxy-memory-limit", given))).Errors);

    private static AnnotationSource Of(string where, params (string Name, string Value)[] annotations) =>
        new(where, annotations.ToDictionary(a => a.Name, a => a.Value), new Dictionary<string, string>());

    /// <summary>Each in its shortest form.</summary>
    private static (string First, string Second) TwoValuesOf(AnnotationKey key)
    {
        string[] candidates = ["5", "6", "2s", "3s", "true", "false", "enabled", "disabled", "info", "off", "text", "json", "auto", "allow",
            "deny", "Always", "Never",
            "listening", "all", "direct", "redirect", "10.0.0.0/8", "fd00::/8", "64Mi", "1Gi", "a/b:1"];
        var valid = candidates.Where(text => key.Syntax.Read(text, out var value, out _) && value == text).Take(2).ToList();
        return (valid[0], valid[1]);
    }
}
