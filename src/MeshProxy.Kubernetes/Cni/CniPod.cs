namespace MeshProxy.Kubernetes.Cni;

/// <summary>Whose namespace it is, as Kubernetes' runtimes say in CNI_ARGS; empty where they do not.</summary>
internal sealed record CniPod(string Namespace, string Name, string Uid)
{
    /// <param name="arguments">Of the form <c>KEY=VALUE;KEY=VALUE</c>; what is not of this form is nobody's.</param>
    public static CniPod Read(string arguments)
    {
        var pairs = arguments.Split(';')
            .Select(pair => pair.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0])
            .ToDictionary(same => same.Key, same => same.Last()[1]);
        return new CniPod(Value("K8S_POD_NAMESPACE"), Value("K8S_POD_NAME"), Value("K8S_POD_UID"));

        string Value(string key) => pairs.GetValueOrDefault(key, "");
    }

    public override string ToString() => Name.Length > 0 ? $"{Namespace}/{Name}" : "a container";
}
