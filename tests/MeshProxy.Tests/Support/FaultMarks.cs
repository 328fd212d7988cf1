using System.Reflection;

namespace MeshProxy.Tests.Support;

/// <summary>The faults and attacks that tests say they are about, by their trait: <c>[Trait("fault", "T1")]</c>.</summary>
internal static class FaultMarks
{
    public static IEnumerable<string> Of(Assembly tests) =>
        from type in tests.GetTypes()
        from method in type.GetMethods()
        from trait in method.GetCustomAttributesData()
        where trait.AttributeType == typeof(TraitAttribute) && (string?)trait.ConstructorArguments[0].Value == "fault"
        select (string)trait.ConstructorArguments[1].Value!;
}
