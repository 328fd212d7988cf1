using System.Buffers;
using System.Text;
using MeshProxy.Cni;
using MeshProxy.DataPlane.Telemetry.Exposition;
using MeshProxy.Kubernetes.Cni.Install;
using MeshProxy.Kubernetes.Cni.Repair;
using MeshProxy.Telemetry;

namespace MeshProxy.Tests.Kubernetes.Cni;

/// <summary>What the CNI plugin's installer tells Prometheus.</summary>
public sealed class CniMetricsTests
{
    private readonly CniInstallerState _state = new();

    [Fact]
    public void Scrape_has_every_family_of_the_table_and_no_other() => Assert.Equal(
        ((MetricFamily[])[.. CniFamilies.All, .. SidecarFamilies.Process])
            .Select(family => $"# TYPE {family.Name} {family.Kind.ToString().ToLowerInvariant()}"),
        Lines().Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)));

    [Fact]
    public void Node_is_not_covered_before_the_first_look_has_found_that_it_is()
    {
        Assert.Equal(0, Value("meshproxy_cni_covered"));
        Assert.Equal(0, Value("meshproxy_cni_looks_total"));

        _state.Take(new Coverage(true, "covered", ["wrote the plugin", "wrote the list"], []));

        Assert.Equal(1, Value("meshproxy_cni_covered"));
        Assert.Equal(1, Value("meshproxy_cni_looks_total"));
        Assert.Equal(2, Value("meshproxy_cni_changes_total"));
    }

    /// <summary>Each from 0 on, so that an alert sees the first.</summary>
    [Theory]
    [InlineData("Repaired", "repaired")]
    [InlineData("NotFound", "not_found")]
    [InlineData("Failed", "failed")]
    public void Repairs_are_counted_by_what_became_of_the_pod(string outcome, string label)
    {
        Assert.Equal(0, Value($$"""meshproxy_cni_repairs_total{result="{{label}}"}"""));
        _state.Take(new RepairResult("shop/cart", Enum.Parse<RepairOutcome>(outcome), ""));
        Assert.Equal(1, Value($$"""meshproxy_cni_repairs_total{result="{{label}}"}"""));
    }

    private double Value(string series) =>
        double.Parse(Lines().Single(line => line.StartsWith(series + " ", StringComparison.Ordinal)).Split(' ')[^1]);

    private string[] Lines()
    {
        var output = new ArrayBufferWriter<byte>();
        CniInstallerRoutes.WriteMetrics(output, _state);
        return Encoding.UTF8.GetString(output.WrittenSpan).Split('\n');
    }
}
