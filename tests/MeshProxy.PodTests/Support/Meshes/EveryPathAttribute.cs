using System.Reflection;
using MeshProxy.PodTests.Support.Network;
using Xunit.Sdk;

namespace MeshProxy.PodTests.Support.Meshes;

/// <summary>Rows of a theory: every path, or those given, over IPv4 and over IPv6.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class EveryPathAttribute(params TrafficPath[] paths) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) =>
        from path in paths.Length > 0 ? paths : Enum.GetValues<TrafficPath>()
        from family in Enum.GetValues<IpFamily>()
        select new object[] { path, family };
}
