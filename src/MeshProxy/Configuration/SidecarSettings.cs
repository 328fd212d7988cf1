using MeshProxy.DataPlane.Settings;

namespace MeshProxy.Configuration;

/// <summary>All that the configuration says, valid as a whole; each part is handed the record of its own.</summary>
internal sealed record SidecarSettings(ProxySettings Proxy, AdminSettings Admin, LogSettings Log);
