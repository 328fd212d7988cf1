namespace MeshProxy.Kubernetes.Api;

public enum ApiFailureKind
{
    /// <summary>No connection, or one that ended before the answer did: address, TLS, network.</summary>
    Unreachable,

    /// <summary>A connection and no answer in time.</summary>
    TimedOut,

    /// <summary>401: the token or certificate is not (any more) valid.</summary>
    Unauthorized,

    /// <summary>403: a role is missing.</summary>
    Forbidden,

    /// <summary>404.</summary>
    NotFound,

    /// <summary>409: somebody else was there first.</summary>
    Conflict,

    /// <summary>410: the resource version is older than what the server remembers; list again.</summary>
    Expired,

    /// <summary>429 or 503: later.</summary>
    Busy,

    /// <summary>Any other status.</summary>
    Refused,

    /// <summary>An answer that is not what the API promises.</summary>
    BadAnswer,

    /// <summary>There is nothing to speak to or with: no service account, an unreadable file.</summary>
    NotConfigured,
}
