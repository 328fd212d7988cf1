using System.Collections.Immutable;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Injection.Model;
using MeshProxy.Netfilter;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>The containers that carry a plan out.</summary>
internal static class SidecarContainers
{
    /// <summary>The app waits for it; a node that is short of CPU takes long to start anything.</summary>
    private const int StartSeconds = 120;

    public static Container Proxy(SidecarPlan plan)
    {
        var admin = plan.Redirect.Inbound.AdminPort;
        var isNative = plan.Mode == SidecarMode.Native;
        return new Container(InjectedNames.Proxy, plan.Image, plan.PullPolicy, [SidecarImage.Executable], ["run"])
        {
            Env = plan.Variables,
            Ports = [new ContainerPort(InjectedNames.AdminPort, admin)],
            Resources = plan.Resources,
            RestartPolicy = isNative ? "Always" : null,
            SecurityContext = new SecurityContext(
                plan.Redirect.Proxy.Uid, plan.Redirect.Proxy.Gid ?? plan.Redirect.Proxy.Uid, Capabilities.None),
            StartupProbe = isNative
                ? new Probe(new HttpGet("/ready", admin), PeriodSeconds: 1, TimeoutSeconds: 1, FailureThreshold: StartSeconds)
                : null,
            LivenessProbe = new Probe(new HttpGet("/live", admin), PeriodSeconds: 10, TimeoutSeconds: 5, FailureThreshold: 6),
            ReadinessProbe = new Probe(new HttpGet("/ready", admin), PeriodSeconds: 5, TimeoutSeconds: 2, FailureThreshold: 2),
            Lifecycle = isNative ? new Lifecycle(PreStop: Drain(admin)) : new Lifecycle(PostStart: Await(admin)),
            VolumeMounts = [new VolumeMount(InjectedNames.Egress, SidecarImage.EgressFolder, ReadOnly: true)],
        };
    }

    /// <summary>The kubelet starts the next container when the hook has ended. A native sidecar has its startup probe for that.</summary>
    private static ExecHook Await(ushort admin) => Hook(admin, "await", "--timeout", $"{StartSeconds}s");

    /// <summary>
    /// The kubelet runs the hooks of all containers when the pod begins to end, and signals a native sidecar when its app has ended: by the
    /// hook alone it knows of the first. A classic sidecar is signalled at once.
    /// </summary>
    private static ExecHook Drain(ushort admin) => Hook(admin, "drain");

    /// <summary>A command and not httpGet, which would come from outside the pod, and the endpoint is for those inside.</summary>
    private static ExecHook Hook(ushort admin, string command, params string[] options) =>
        new(new ExecAction([SidecarImage.Executable, command, "--admin", $"127.0.0.1:{admin}", .. options]));

    /// <summary>Puts the rules in force; with a CNI plugin, makes sure that it has.</summary>
    public static Container Init(SidecarPlan plan) => plan.Cni
        ? Run(plan, InjectedNames.Validator, SidecarImage.Executable, "--validate", Capabilities.None)
        : Run(plan, InjectedNames.Init, SidecarImage.InitExecutable, null, Capabilities.NetAdmin);

    public static Volume EgressVolume() => new(InjectedNames.Egress, new ConfigMapVolume(InjectedNames.Egress, Optional: true));

    private static Container Run(SidecarPlan plan, string name, string executable, string? option, Capabilities capabilities) =>
        new(name, plan.Image, plan.PullPolicy, [executable], ["init", .. option is null ? [] : new[] { option }, .. Options(plan.Redirect)])
        {
            // As the sidecar's, so that a pod of the Guaranteed class stays one.
            Resources = plan.Resources,
            SecurityContext = new SecurityContext(SidecarImage.InitUser, SidecarImage.InitUser, capabilities),
        };

    /// <summary>What differs from the defaults, which the program knows itself.</summary>
    private static IEnumerable<string> Options(RedirectConfig config)
    {
        var defaults = RedirectConfigText.Write(new RedirectConfig()).ToImmutableDictionary();
        return RedirectConfigText.Write(config)
            .Where(text => defaults.GetValueOrDefault(text.Key) != text.Value)
            .Select(text => $"--{text.Key}={text.Value}");
    }
}
