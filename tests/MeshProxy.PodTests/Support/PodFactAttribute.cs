namespace MeshProxy.PodTests.Support;

/// <summary>A fact about a real pod; skipped, with the reason, where the machine cannot make one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PodFactAttribute : FactAttribute
{
    public PodFactAttribute(params string[] programs) => Skip = PodRequirements.Missing(programs);
}
