namespace MeshProxy.PodTests.Support;

/// <summary>A theory about a real pod; skipped, with the reason, where the machine cannot make one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PodTheoryAttribute : TheoryAttribute
{
    public PodTheoryAttribute(params string[] programs) => Skip = PodRequirements.Missing(programs);
}
