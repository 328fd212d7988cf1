using System.Collections.Immutable;
using System.Text.Json;
using MeshProxy.Configuration.Reading;
using MeshProxy.Values;

namespace MeshProxy.Configuration.Syntax;

/// <summary>One egress network: an object of a name, one or more networks and what traffic to them may do.</summary>
internal sealed class EgressNetworkSyntax : ValueSyntax<EgressNetwork>
{
    private const string Name = "name", Cidr = "cidr", Except = "except", Ports = "ports", Policy = "policy", OpaquePorts = "opaquePorts";

    public static readonly ChoiceSyntax<TrafficPolicy> Policies = new(("allow", TrafficPolicy.Allow), ("deny", TrafficPolicy.Deny));

    private static readonly string[] Names = [Name, Cidr, Except, Ports, Policy, OpaquePorts];

    /// <summary>As long as a name of Kubernetes, and its namespace's, can be.</summary>
    private static readonly TextSyntax NameText = new("a name", mayBeEmpty: false, longest: 317);

    private static readonly NetworkListSyntax Cidrs = new(mayBeEmpty: false);
    private static readonly NetworkListSyntax Exceptions = new();
    private static readonly PortRangesSyntax Ranges = new();

    public override string Allowed => $"an object, {{ … }}, with {string.Join(", ", Names)}";

    public override bool TryRead(ConfigNode node, string path, ConfigErrors errors, out EgressNetwork value)
    {
        value = null!;
        if (node is not ConfigNode.Section section)
            return Refuse(node, path, errors);
        var before = errors.Count;
        var fields = new ObjectFields(section, path, errors);
        fields.AllowOnly(Names);
        fields.TryReadRequired(Name, NameText, out var name);
        fields.TryReadRequired(Cidr, Cidrs, out var cidrs);
        fields.TryReadOptional(Except, Exceptions, [], out var except);
        fields.TryReadOptional(Ports, Ranges, [], out var ports);
        fields.TryReadRequired(Policy, Policies, out var policy);
        fields.TryReadOptional(OpaquePorts, Ranges, [], out var opaquePorts);
        if (errors.Count > before)
            return false;
        value = new EgressNetwork(name, [.. cidrs.Select(cidr => new EgressBlock(cidr, except))], policy, ports, opaquePorts);
        return true;
    }

    public override void Write(Utf8JsonWriter json, EgressNetwork value)
    {
        json.WriteStartObject();
        Write(json, Name, NameText, value.Name);
        Write(json, Cidr, Cidrs, [.. value.Blocks.Select(block => block.Cidr)]);
        WriteIfAny(json, Except, Exceptions, value.Blocks[0].Except);
        WriteIfAny(json, Ports, Ranges, value.Ports);
        Write(json, Policy, Policies, value.Policy);
        WriteIfAny(json, OpaquePorts, Ranges, value.OpaquePorts);
        json.WriteEndObject();
    }

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartArray("required");
        foreach (var name in (ReadOnlySpan<string>)[Name, Cidr, Policy])
            json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteStartObject("properties");
        WriteSchema(json, Name, NameText, "For metrics, errors and the status page.");
        WriteSchema(json, Cidr, Cidrs, "Its networks; of all that hold an address, the smallest decides.");
        WriteSchema(json, Except, Exceptions, "Parts of them that are not meant.");
        WriteSchema(json, Ports, Ranges, "The destination ports it is about; none is all.");
        WriteSchema(json, Policy, Policies, "Whether connections may go there.");
        WriteSchema(json, OpaquePorts, Ranges, "Ports there that are relayed with no detection.");
        json.WriteEndObject();
    }

    private static void Write<T>(Utf8JsonWriter json, string name, ValueSyntax<T> syntax, T value)
    {
        json.WritePropertyName(name);
        syntax.Write(json, value);
    }

    private static void WriteIfAny<T>(Utf8JsonWriter json, string name, ValueSyntax<ImmutableArray<T>> syntax, ImmutableArray<T> value)
    {
        if (!value.IsEmpty)
            Write(json, name, syntax, value);
    }

    private static void WriteSchema<T>(Utf8JsonWriter json, string name, ValueSyntax<T> syntax, string description)
    {
        json.WriteStartObject(name);
        json.WriteString("description", $"{description} Allowed: {syntax.Allowed}.");
        syntax.WriteSchema(json);
        json.WriteEndObject();
    }
}
