using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MeshProxy.Commands;
using MeshProxy.Kubernetes.Api;
using MeshProxy.Kubernetes.Egress;
using MeshProxy.Tests.Kubernetes.Injection;
using MeshProxy.Tests.Support;
using MeshProxy.Values;

namespace MeshProxy.Tests.Deploy;

public sealed class ChartTests
{
    private static readonly string[] Everything = ["namespace.create=true", "cni.enabled=true"];

    public static TheoryData<string[]> Choices =>
    [
        [], Everything, ["certificate.certManager=true"], ["webhook.controller=false"], ["webhook.lenient=true"],
        ["cni.enabled=true", "cni.repair=false"], ["cni.enabled=true", "cni.apiDir=/var/lib/meshproxy"],
        ["cni.enabled=true", "cni.remove=true"],
        ["image.pullSecrets=[{name: registry}]", "webhook.tolerations=[{operator: Exists}]",
            "webhook.settings={proxy-log-level: warn}", "webhook.kubernetesVersion='1.28'"],
    ];

    [Theory]
    [MemberData(nameof(Choices))]
    public void Every_choice_makes_objects_with_kind_and_name_once_each(string[] changes)
    {
        var objects = HelmChart.Objects(changes);
        Assert.All(objects, o => Assert.NotNull(ApiObject.Text(o, "apiVersion")));
        Assert.Distinct(objects.Select(o => $"{Kind(o)} {ApiObject.FullName(o)}"));
        Assert.All(
            objects,
            o => Assert.Equal("meshproxy", ApiObject.Labels(o).GetValueOrDefault("app.kubernetes.io/part-of") ?? "meshproxy"));
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public void Selectors_find_the_pods_they_are_for_and_accounts_exist(string[] changes)
    {
        var objects = HelmChart.Objects(changes);
        var pods = objects.Select(o => (Owner: o, Template: TemplateOf(o))).Where(p => p.Template is not null).ToList();
        foreach (var (owner, template) in pods.Where(p => Field(p.Owner, "spec", "selector") is not null))
            Assert.True(Selects(Field(owner, "spec", "selector", "matchLabels")!, template!));
        var webhook = pods.Single(p => Kind(p.Owner) == "Deployment").Template!;
        Assert.True(Selects(Field(Single(objects, "Service"), "spec", "selector")!, webhook));
        Assert.True(Selects(Field(Single(objects, "PodDisruptionBudget"), "spec", "selector", "matchLabels")!, webhook));
        Assert.Single(pods, p => Selects(Field(Single(objects, "Service"), "spec", "selector")!, p.Template!));
        var accounts = objects.Where(o => Kind(o) == "ServiceAccount").Select(ApiObject.FullName).ToList();
        Assert.All(pods, p => Assert.Contains(
            $"{ApiObject.Text(p.Owner, "metadata", "namespace")}/{ApiObject.Text(p.Template, "spec", "serviceAccountName")}", accounts));
        foreach (var template in pods.Select(p => p.Template))
        {
            var mounts = ApiObject.Items(template, "spec", "containers").SelectMany(c => ApiObject.Items(c, "volumeMounts"));
            Assert.Equal(Names(ApiObject.Items(template, "spec", "volumes")), Names(mounts));
        }
    }

    [Fact]
    public void Webhook_blocks_neither_the_cluster_nor_itself()
    {
        var webhook = ApiObject.Items(Single(HelmChart.Objects(Everything), "MutatingWebhookConfiguration"), "webhooks").Single();
        var (spaces, own) = (Field(webhook, "namespaceSelector")!, Field(webhook, "objectSelector")!);
        Assert.True(IsAsked("shop", "enabled"));
        Assert.False(IsAsked("shop", "disabled"));
        Assert.All(new[] { "kube-system", "kube-public", "meshproxy", "meshproxy-cni" }, name => Assert.False(IsAsked(name, "enabled")));
        Assert.All(
            HelmChart.Objects(Everything).Select(TemplateOf).OfType<JsonObject>(),
            pod => Assert.False(Matches(own, ApiObject.Labels(pod))));
        Assert.Equal(("Fail", 5L, "IfNeeded"), (ApiObject.Text(webhook, "failurePolicy"), ApiObject.Number(webhook, "timeoutSeconds"),
            ApiObject.Text(webhook, "reinvocationPolicy")));

        bool IsAsked(string name, string label) => Matches(spaces, new Dictionary<string, string>
        {
            ["kubernetes.io/metadata.name"] = name,
            ["meshproxy.io/inject"] = label,
        });
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public void Pods_of_the_release_s_namespace_pass_the_restricted_profile(string[] changes)
    {
        var own = HelmChart.Objects(changes).Where(o => ApiObject.Text(o, "metadata", "namespace") == "meshproxy");
        foreach (var template in own.Select(TemplateOf).OfType<JsonObject>())
            Assert.Empty(RestrictedProfile.Violations(template, _ => true));
    }

    [Fact]
    public void Definition_of_egress_networks_has_the_fields_that_are_read()
    {
        var definition = Single(HelmChart.Objects(), "CustomResourceDefinition");
        var version = ApiObject.Items(definition, "spec", "versions").Single();
        var paths = $"{ApiObject.Text(definition, "spec", "group")}/{ApiObject.Text(version, "name")}";
        Assert.Equal(ResourcePath.EgressNetworks.ToString(), $"apis/{paths}/{ApiObject.Text(definition, "spec", "names", "plural")}");
        var fields = Field(version, "schema", "openAPIV3Schema", "properties", "spec", "properties")!.AsObject().Select(pair => pair.Key);
        // A field too many is an error that names those that there are.
        var error = Assert.Single(EgressManifests.Parse(
            $$"""{"apiVersion": "{{paths}}", "kind": "EgressNetwork", "metadata": {"name": "a"},"""
            + """ "spec": {"trafficPolicy": "Deny", "zzzzzz": 1} }""",
            "f", []).Errors);
        Assert.EndsWith("allowed are " + string.Join(", ", fields), error);
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public void Commands_of_containers_are_commands_of_the_executable(string[] changes)
    {
        var cni = new CniCommand(new CniInstallCommand(), new CniUninstallCommand());
        Command[] commands = [new WebhookCommand(new WebhookCertificateCommand()), cni];
        var pods = HelmChart.Objects(changes).Select(TemplateOf).OfType<JsonObject>();
        foreach (var container in pods.SelectMany(pod => ApiObject.Items(pod, "spec", "containers")))
        {
            Assert.Equal("/usr/local/bin/meshproxy", container["command"]!.AsArray().Single()!.GetValue<string>());
            var args = container["args"]!.AsArray().Select(arg => arg!.GetValue<string>()).ToArray();
            var line = commands.Single(command => command.Name == args[0]).Parse(args[1..]);
            Assert.Empty(line.Errors);
            AssertSettings(commands, args);
        }
    }

    [Fact]
    public void Example_of_settings_in_the_values_is_one_that_the_webhook_takes()
    {
        var values = File.ReadAllText(Repository.PathOf("deploy/helm/meshproxy/values.yaml"));
        var example = Regex.Match(values, "docs/annotations.md: ([{].+[}])");
        var args = ArgumentsOf(HelmChart.Objects($"webhook.settings={example.Groups[1].Value}"));
        Assert.Contains("--set=proxy-log-level=warn", args);
        AssertSettings([new WebhookCommand()], args);
        Assert.Throws<Xunit.Sdk.EmptyException>(() => AssertSettings([new WebhookCommand()], [.. args, "--set=proxy-log-level=warning"]));
    }

    [Fact]
    public void Version_in_the_values_is_the_one_that_the_webhook_goes_by()
    {
        Assert.Contains("--kubernetes=1.28", ArgumentsOf(HelmChart.Objects("webhook.kubernetesVersion='1.28'")));
        Assert.DoesNotContain(ArgumentsOf(HelmChart.Objects()), arg => arg.StartsWith("--kubernetes", StringComparison.Ordinal));
    }

    [Fact]
    public void Webhook_has_time_for_its_lame_duck()
    {
        var pod = TemplateOf(Single(HelmChart.Objects(), "Deployment"))!;
        var lameDuck = ArgumentsOf(HelmChart.Objects()).Single(arg => arg.StartsWith("--lame-duck=", StringComparison.Ordinal));
        Assert.True(DurationText.TryParse(lameDuck.Split('=')[1], out var wait));
        Assert.True(ApiObject.Number(pod, "spec", "terminationGracePeriodSeconds") >= wait.TotalSeconds + 10);
    }

    /// <summary>By the parser of the command itself: option syntax alone takes any value.</summary>
    private static void AssertSettings(Command[] commands, string[] args)
    {
        if (args[0] != "webhook" || args.Contains("certificate"))
            return;
        var line = commands.Single(command => command.Name == args[0]).Parse(args[1..]);
        var webhook = (WebhookCommand)line.CommandResult.Command;
        webhook.Settings.TryRead(line, "webhook", out _, out var errors);
        Assert.Empty(errors);
    }

    private static string[] ArgumentsOf(IEnumerable<JsonObject> objects)
    {
        var container = ApiObject.Items(TemplateOf(Single(objects, "Deployment")), "spec", "containers").Single();
        return [.. container["args"]!.AsArray().Select(arg => arg!.GetValue<string>())];
    }

    [Fact]
    public void Probes_ask_where_the_webhook_answers()
    {
        var container = ApiObject.Items(TemplateOf(Single(HelmChart.Objects(), "Deployment")), "spec", "containers").Single();
        var ports = ApiObject.Items(container, "ports")
            .ToDictionary(p => ApiObject.Text(p, "name")!, p => ApiObject.Number(p, "containerPort"));
        Assert.Equal((8443L, 4191L), (ports["review"], ports["admin"]));
        var probe = Field(container, "readinessProbe", "httpGet");
        Assert.Equal(("/ready", "admin"), (ApiObject.Text(probe, "path"), ApiObject.Text(probe, "port")));
    }

    /// <summary>AppArmor's profile stays where nobody looks at other pods' processes.</summary>
    [Theory]
    [InlineData("cni.repair=true", "Unconfined", 6)]
    [InlineData("cni.repair=false", null, 3)]
    public void Installer_may_change_lists_of_others_on_guarded_nodes(string repair, string? appArmor, int capabilities)
    {
        var installer = TemplateOf(Single(HelmChart.Objects("cni.enabled=true", repair), "DaemonSet"));
        var security = Field(ApiObject.Items(installer, "spec", "containers").Single(), "securityContext");
        Assert.Equal("spc_t", ApiObject.Text(security, "seLinuxOptions", "type"));
        Assert.Equal(appArmor, ApiObject.Text(security, "appArmorProfile", "type"));
        var added = Field(security!, "capabilities", "add")!.AsArray().Select(name => name!.GetValue<string>()).ToArray();
        Assert.Equal(capabilities, added.Length);
        Assert.Contains("CHOWN", added);
        Assert.Contains("DAC_OVERRIDE", added);
    }

    private static bool Matches(JsonNode selector, IReadOnlyDictionary<string, string> labels) =>
        (selector["matchLabels"] as JsonObject ?? []).All(pair => labels.GetValueOrDefault(pair.Key) == pair.Value!.GetValue<string>())
        && ApiObject.Items(selector, "matchExpressions").All(term =>
        {
            Assert.Equal("NotIn", ApiObject.Text(term, "operator"));
            return !labels.TryGetValue(ApiObject.Text(term, "key")!, out var value)
                || term["values"]!.AsArray().All(other => other!.GetValue<string>() != value);
        });

    private static bool Selects(JsonNode labels, JsonObject template)
    {
        var own = ApiObject.Labels(template);
        return labels.AsObject().All(pair => own.GetValueOrDefault(pair.Key) == pair.Value!.GetValue<string>());
    }

    private static JsonObject? TemplateOf(JsonObject owner) => (Kind(owner) == "CronJob"
        ? Field(owner, "spec", "jobTemplate", "spec", "template")
        : Field(owner, "spec", "template")) as JsonObject;

    private static IEnumerable<string?> Names(IEnumerable<JsonObject> items) =>
        items.Select(item => ApiObject.Text(item, "name")).Order(StringComparer.Ordinal);

    private static JsonNode? Field(JsonNode node, params string[] path) => ApiObject.Field(node, path);

    private static JsonObject Single(IEnumerable<JsonObject> objects, string kind) => objects.Single(o => Kind(o) == kind);

    private static string Kind(JsonObject found) => ApiObject.Text(found, "kind")!;
}
