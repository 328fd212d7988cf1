namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>Where an entry of a list's <c>plugins</c> stands in the text, its first byte and the one behind its last.</summary>
internal readonly record struct PluginSpan(int Start, int End, string Type);
