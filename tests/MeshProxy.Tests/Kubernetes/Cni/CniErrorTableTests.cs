using MeshProxy.Kubernetes.Cni;
using MeshProxy.Tests.Support;

namespace MeshProxy.Tests.Kubernetes.Cni;

public sealed class CniErrorTableTests
{
    [Fact]
    public void Every_code_has_a_row() => Assert.Equal(Enum.GetValues<CniErrorCode>(), CniErrorTable.Rows.Select(r => r.Code).Order());

    [Fact]
    public void The_documentation_has_the_same_table()
    {
        var documented = File.ReadAllLines(Repository.PathOf("docs/cni.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal));
        Assert.All(CniErrorTable.Rows, row => Assert.Contains($"| {(int)row.Code} | {row.Meaning} | {row.Cure} |", documented));
    }
}
