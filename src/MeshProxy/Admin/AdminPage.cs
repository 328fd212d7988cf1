namespace MeshProxy.Admin;

/// <summary>Who may see the page for people.</summary>
internal enum AdminPage
{
    Loopback,
    All,
}
