namespace MeshProxy.Kubernetes.Cni;

/// <summary>What the runtime says in the environment (CNI spec 1.1.0, section 2, "Parameters").</summary>
/// <param name="NetworkNamespace">A path; empty for DEL when the namespace has gone, and where a command has none.</param>
internal sealed record CniCall(CniVerb Verb, string ContainerId, string NetworkNamespace, CniPod Pod)
{
    public const string CommandVariable = "CNI_COMMAND";

    /// <exception cref="CniException">A variable that the command needs is missing.</exception>
    public static CniCall Read(Func<string, string?> variable)
    {
        var command = variable(CommandVariable) ?? "";
        var call = new CniCall(
            VerbOf(command), variable("CNI_CONTAINERID") ?? "", variable("CNI_NETNS") ?? "", CniPod.Read(variable("CNI_ARGS") ?? ""));
        if (call.Verb is not (CniVerb.Add or CniVerb.Check))
            return call;
        foreach (var name in new[] { "CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME" })
        {
            if (string.IsNullOrEmpty(variable(name)))
                throw new CniException(CniErrorCode.BadEnvironment, $"{command} came without {name}");
        }
        return call;
    }

    /// <summary>Succeeds whatever else is wrong: a runtime that cannot take a pod down tries for ever.</summary>
    public static bool MustSucceed(string? command) => command is "DEL" or "GC";

    private static CniVerb VerbOf(string command) => command switch
    {
        "ADD" => CniVerb.Add,
        "DEL" => CniVerb.Del,
        "CHECK" => CniVerb.Check,
        "STATUS" => CniVerb.Status,
        "GC" => CniVerb.Gc,
        "VERSION" => CniVerb.Version,
        _ => throw new CniException(
            CniErrorCode.BadEnvironment, $"{CommandVariable} is '{command}'; known are ADD, DEL, CHECK, STATUS, GC, VERSION"),
    };
}
