namespace MeshProxy.Kubernetes.Injection.Model;

/// <summary>Asked by the kubelet over HTTP, at the pod's address.</summary>
internal sealed record Probe(HttpGet HttpGet, int PeriodSeconds, int TimeoutSeconds, int FailureThreshold);

internal sealed record HttpGet(string Path, int Port);
