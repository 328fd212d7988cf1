namespace MeshProxy.Netfilter;

/// <summary>
/// What becomes of the app's connections to its own pod's addresses. Loopback addresses (127.0.0.0/8 and ::1) are never redirected.
/// </summary>
public enum OwnPodPolicy
{
    /// <summary>They stay inside the pod and do not pass the proxy.</summary>
    Direct,

    /// <summary>They pass the outbound side of the proxy, as connections to any other address do.</summary>
    Redirect,
}
