namespace MeshProxy.Netfilter;

/// <summary>How the rules stand after what was done.</summary>
public enum RedirectState
{
    /// <summary>They were put in force, in place of any older ones.</summary>
    Applied,

    /// <summary>They were in force already, and nothing was changed.</summary>
    AlreadyConfigured,

    /// <summary>A check found what was asked for.</summary>
    InForce,

    /// <summary>They were removed.</summary>
    Removed,

    /// <summary>There was nothing to remove.</summary>
    Absent,

    /// <summary>See the failure.</summary>
    Failed,
}
