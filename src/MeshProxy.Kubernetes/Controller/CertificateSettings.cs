namespace MeshProxy.Kubernetes.Controller;

/// <param name="Namespace">Of the Service and the Secret.</param>
/// <param name="Service">By which the API server calls the webhook.</param>
/// <param name="Secret">That the webhook mounts.</param>
/// <param name="Configuration">The MutatingWebhookConfiguration.</param>
/// <param name="RenewBefore">The end: so long before, there is a new one.</param>
public sealed record CertificateSettings(
    string Namespace, string Service, string Secret, string Configuration, TimeSpan ValidFor, TimeSpan RenewBefore)
{
    internal string[] Names => [$"{Service}.{Namespace}.svc", $"{Service}.{Namespace}.svc.cluster.local"];
}
