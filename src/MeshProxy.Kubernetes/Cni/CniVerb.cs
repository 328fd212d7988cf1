namespace MeshProxy.Kubernetes.Cni;

/// <summary>What a runtime asks of a plugin, by CNI_COMMAND (CNI spec 1.1.0, section 2).</summary>
internal enum CniVerb
{
    Add,
    Del,
    Check,
    Status,
    Gc,
    Version,
}
