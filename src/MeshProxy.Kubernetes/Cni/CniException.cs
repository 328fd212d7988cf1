namespace MeshProxy.Kubernetes.Cni;

/// <summary>Ends a call; <see cref="CniPlugin"/> turns it into the answer.</summary>
internal sealed class CniException(CniError error) : Exception(error.Message)
{
    public CniException(CniErrorCode code, string cause, string details = "") : this(CniError.Of(code, cause, details))
    {
    }

    public CniError Error => error;
}
