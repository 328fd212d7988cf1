using System.Collections.Immutable;
using System.Globalization;
using MeshProxy.Kubernetes.Annotations;
using MeshProxy.Kubernetes.Injection.Model;
using MeshProxy.Netfilter;
using MeshProxy.Values;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>Makes the plan of a pod's sidecar from the annotations in force; what contradicts is an error.</summary>
internal sealed class SidecarPlanner(PodTemplate pod, AnnotationReader annotations, InjectionSettings settings)
{
    private readonly ImmutableArray<string>.Builder _errors = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<string>.Builder _warnings = ImmutableArray.CreateBuilder<string>();

    public ImmutableArray<string> Errors => _errors.ToImmutable();

    public ImmutableArray<string> Warnings => _warnings.ToImmutable();

    /// <summary>Meant to be used only where there are no errors.</summary>
    public SidecarPlan Plan()
    {
        var mode = Mode();
        var redirect = Redirect();
        CheckPorts(redirect);
        return new SidecarPlan(
            mode, settings.Cni, Image(), annotations[AnnotationTable.PullPolicy], Resources(), redirect, [.. Variables(mode, redirect)],
            annotations.Values.ToImmutableSortedDictionary(value => value.Key.Name, value => value.Text, StringComparer.Ordinal));
    }

    private SidecarMode Mode()
    {
        var asked = annotations[AnnotationTable.NativeSidecar];
        if (asked == AnnotationTable.Enabled && !settings.SupportsNative)
            _errors.Add($"{AnnotationTable.NativeSidecar}: this cluster is older than Kubernetes 1.29, which native sidecars take");
        var mode = asked == AnnotationTable.Disabled || asked == AnnotationTable.Auto && !settings.SupportsNative
            ? SidecarMode.Classic
            : SidecarMode.Native;
        if (mode == SidecarMode.Classic && Api.ApiObject.Text(pod.Spec, "restartPolicy") is "Never" or "OnFailure")
            _warnings.Add(
                "a classic sidecar keeps this pod from completing; start the app by 'meshproxy await -- COMMAND', or use a native sidecar");
        return mode;
    }

    private string Image() => annotations[AnnotationTable.Image] is { Length: > 0 } image ? image
        : $"{SidecarImage.Name}:{settings.Version}";

    private RedirectConfig Redirect()
    {
        var texts = annotations.Values
            .Where(value => value.Key.Redirect is not null && value.Text.Length > 0)
            .ToDictionary(value => value.Key.Redirect!.Name, value => value.Text);
        if (!RedirectConfigText.TryRead(texts, out var redirect, out var errors))
            _errors.AddRange(errors.Select(error => AnnotationNames.Prefix + error));
        return redirect;
    }

    /// <summary>A port that the app declares cannot be the proxy's: one of the two would not start.</summary>
    private void CheckPorts(RedirectConfig redirect)
    {
        (AnnotationKey Key, ushort Port)[] own =
        [
            (AnnotationTable.InboundPort, redirect.Inbound.Port), (AnnotationTable.OutboundPort, redirect.Outbound.Port),
            (AnnotationTable.AdminPort, redirect.Inbound.AdminPort),
        ];
        foreach (var (key, port) in own.Where(o => pod.Ports.Any(declared => declared.Number == o.Port)))
            _errors.Add($"port {port} is declared by a container of the pod; choose another by {key}");
    }

    private Resources? Resources()
    {
        Check(AnnotationTable.CpuRequest, AnnotationTable.CpuLimit, isCpu: true);
        Check(AnnotationTable.MemoryRequest, AnnotationTable.MemoryLimit, isCpu: false);
        return new Resources(
            Amounts(AnnotationTable.CpuRequest, AnnotationTable.MemoryRequest),
            Amounts(AnnotationTable.CpuLimit, AnnotationTable.MemoryLimit));
    }

    private void Check(AnnotationKey request, AnnotationKey limit, bool isCpu)
    {
        if (ResourceQuantity.TryParse(annotations[request], isCpu, out var least)
            && ResourceQuantity.TryParse(annotations[limit], isCpu, out var most)
            && least.CompareTo(most) > 0)
            _errors.Add($"{limit}: {most} is less than the {least} of {request}");
    }

    private Dictionary<string, string>? Amounts(AnnotationKey cpu, AnnotationKey memory)
    {
        var amounts = new Dictionary<string, string>();
        if (annotations[cpu] is { Length: > 0 } cores)
            amounts["cpu"] = cores;
        if (annotations[memory] is { Length: > 0 } bytes)
            amounts["memory"] = bytes;
        return amounts.Count > 0 ? amounts : null;
    }

    private IEnumerable<EnvironmentVariable> Variables(SidecarMode mode, RedirectConfig redirect)
    {
        yield return new("MESHPROXY_SHUTDOWN__MODE", mode == SidecarMode.Native ? "native" : "classic");
        yield return new("MESHPROXY_SHUTDOWN__GRACEPERIOD", GracePeriod());
        yield return new("MESHPROXY_EGRESS__MANIFESTS", SidecarImage.EgressFolder);
        var isV4Only = redirect.Ipv6 == Ipv6Mode.Off;
        if (isV4Only || redirect.Inbound.Port != new InboundRedirect().Port)
            yield return new("MESHPROXY_INBOUND__LISTEN", Listen("0.0.0.0", "[::]", redirect.Inbound.Port, isV4Only));
        if (isV4Only || redirect.Outbound.Port != new OutboundRedirect().Port)
            yield return new("MESHPROXY_OUTBOUND__LISTEN", Listen("127.0.0.1", "[::1]", redirect.Outbound.Port, isV4Only));
        if (isV4Only || redirect.Inbound.AdminPort != new InboundRedirect().AdminPort)
            yield return new("MESHPROXY_ADMIN__LISTEN", Listen("0.0.0.0", "[::]", redirect.Inbound.AdminPort, isV4Only));
        foreach (var value in annotations.Values)
        {
            var text = value.Key == AnnotationTable.OpaquePorts ? Resolved(value) : value.Text;
            foreach (var variable in value.Key.Variables)
                yield return new(variable, text);
        }
    }

    /// <summary>
    /// From the pod's deletion: how much of it the app leaves is known at its end alone, and not here. More than the pod has would let
    /// the sidecar go on until it is killed.
    /// </summary>
    private string GracePeriod()
    {
        var pods = TimeSpan.FromSeconds(Math.Clamp(pod.GraceSeconds, 0, (long)TimeSpan.FromDays(7).TotalSeconds));
        if (annotations.Find(AnnotationTable.GracePeriod) is not { } given || !DurationText.TryParse(given.Text, out var own))
            return DurationText.Format(pods);
        if (own <= pods)
            return given.Text;
        _warnings.Add(
            $"{given.Name}: {given.Text} is longer than the pod's terminationGracePeriodSeconds, {pod.GraceSeconds}, which ends it");
        return DurationText.Format(pods);
    }

    /// <summary>
    /// Names of container ports become numbers. A namespace's names need not be known to each of its pods; a pod's own must.
    /// </summary>
    private string Resolved(AnnotationValue value)
    {
        var named = pod.Ports.Where(port => port.Name is not null)
            .ToLookup(port => port.Name!, port => port.Number, StringComparer.OrdinalIgnoreCase);
        var tokens = new List<string>();
        foreach (var token in value.Text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!AnnotationSyntax.IsPortName(token))
                tokens.Add(token);
            else if (named.Contains(token))
                tokens.AddRange(named[token].Select(number => number.ToString(CultureInfo.InvariantCulture)));
            else if (value.Where.Length == 0)
            {
                var known = Known(token, named.Select(port => port.Key));
                _errors.Add($"{value.Name}: no container port is named {AnnotationSyntax.Quoted(token)}{known}");
            }
        }
        return PortList.Format(PortList.Parse(string.Join(',', tokens), out _));
    }

    private static string Known(string token, IEnumerable<string> names)
    {
        var known = names.ToList();
        return known.Count == 0 ? "; the pod's containers name no ports"
            : NearestName.Find(token, known) is { } nearest ? $"; did you mean {nearest}?"
            : $"; there are {string.Join(", ", known)}";
    }

    private static string Listen(string v4, string v6, ushort port, bool isV4Only) => isV4Only ? $"{v4}:{port}"
        : $"{v4}:{port},{v6}:{port}";
}
