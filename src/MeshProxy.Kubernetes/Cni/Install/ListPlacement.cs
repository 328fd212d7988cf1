namespace MeshProxy.Kubernetes.Cni.Install;

/// <summary>Where the entry goes.</summary>
public enum ListPlacement
{
    /// <summary>Into the list itself, which every runtime reads.</summary>
    List,

    /// <summary>
    /// Into the folder of the network's name beside the list (CNI 1.1), so that nobody's file is touched. Only runtimes with libcni 1.3 and
    /// newer read it (containerd 2.1), and nothing tells whether one does.
    /// </summary>
    DropIn,
}
