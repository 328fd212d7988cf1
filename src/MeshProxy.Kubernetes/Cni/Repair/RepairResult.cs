namespace MeshProxy.Kubernetes.Cni.Repair;

public enum RepairOutcome
{
    /// <summary>The redirect is in force; the validator's next start passes.</summary>
    Repaired,

    /// <summary>The pod's namespace was not found with certainty, and nothing was touched.</summary>
    NotFound,

    /// <summary>The redirect could not be put in force.</summary>
    Failed,
}

/// <param name="Message">One line, for the pod's event.</param>
public sealed record RepairResult(string Pod, RepairOutcome Outcome, string Message);
