namespace MeshProxy.Kubernetes.Cni;

/// <summary>
/// Codes of a CNI error object. Those below 100 are the specification's (CNI spec 1.1.0, section 5), the rest our own; what each means and
/// what mends it stands in <see cref="CniErrorTable"/>.
/// </summary>
internal enum CniErrorCode
{
    IncompatibleVersion = 1,
    BadEnvironment = 4,
    NotDecoded = 6,
    BadConfig = 7,
    NotAvailable = 50,
    Unexpected = 100,
    BadAnnotation = 101,
    BadNamespace = 102,
    KernelLacksFeature = 103,
    Permission = 104,
    ForeignRules = 105,
    NotRedirected = 106,
    RulesDiffer = 107,
    KernelRefused = 108,
    NoAnswer = 109,
    AccessRefused = 110,
    NoIpv6 = 111,
}
