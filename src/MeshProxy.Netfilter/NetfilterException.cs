namespace MeshProxy.Netfilter;

/// <summary>Ends the work on a namespace; <see cref="Redirect"/> turns it into its outcome.</summary>
public sealed class NetfilterException(NetfilterFailure failure) : Exception(failure.ToString())
{
    public NetfilterException(FailureKind kind, string cause, string cure = "") : this(new NetfilterFailure(kind, cause, cure))
    {
    }

    public NetfilterFailure Failure => failure;
}
