namespace MeshProxy.Admin;

/// <summary>Who may ask.</summary>
internal enum AdminAudience
{
    /// <summary>Probes and scrapers, from anywhere.</summary>
    All,

    /// <summary>What shows or changes the sidecar's inside: the pod itself, and whoever may open a port-forward to it.</summary>
    Loopback,

    /// <summary>As <see cref="Loopback"/>, or everybody, as admin.page says.</summary>
    Page,
}
