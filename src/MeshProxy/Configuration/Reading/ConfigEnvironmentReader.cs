using System.Globalization;
using System.Text.RegularExpressions;
using MeshProxy.Configuration.Keys;
using MeshProxy.Values;

namespace MeshProxy.Configuration.Reading;

/// <summary>
/// Reads <c>MESHPROXY_SECTION__KEY</c> variables: two underscores part the names, case does not count, and a list may be one text with
/// commas or one variable per item, <c>MESHPROXY_OUTBOUND__LISTEN__0</c>. A variable with our prefix and no key is an error, because it
/// is a slip of the pen; except where Kubernetes made it: a Service named like us leaves <c>MESHPROXY_…_SERVICE_HOST</c> and
/// <c>MESHPROXY_…_PORT_4191_TCP</c> in every pod of its namespace.
/// </summary>
internal static partial class ConfigEnvironmentReader
{
    public const string Prefix = "MESHPROXY_";

    /// <summary>The nodes by key. Those of one key given as items are gathered into one list.</summary>
    public static Dictionary<ConfigKey, ConfigNode> Read(
        IReadOnlyDictionary<string, string> environment, ConfigTable table, ConfigErrors errors)
    {
        var trees = new Dictionary<ConfigKey, VariableTree>();
        foreach (var (name, value) in environment.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || IsForOthers(name, value))
                continue;
            var path = name[Prefix.Length..].Split("__");
            if (table.FindInEnvironment(path) is not { } key)
                AddUnknown(name, table, errors);
            else
            {
                if (!trees.TryGetValue(key, out var tree))
                    trees[key] = tree = new VariableTree();
                var variable = new ConfigNode.Scalar(ConfigOrigin.Variable(name), value, IsString: true);
                if (!tree.TryAdd(path.AsSpan(key.Segments.Length), variable))
                    errors.Add(variable.Origin,
                        $"{key.Path} is given twice in the environment, as a whole and in parts or by different case");
            }
        }
        return trees.ToDictionary(tree => tree.Key, tree => tree.Value.ToNode());
    }

    private static void AddUnknown(string name, ConfigTable table, ConfigErrors errors)
    {
        var nearest = NearestName.Find(name, table.Keys.Select(key => key.EnvironmentName));
        errors.Add(ConfigOrigin.Variable(name), nearest is null
            ? "no key has this variable; 'meshproxy check config --print' lists the keys"
            : $"no key has this variable; did you mean {nearest}?");
    }

    private static bool IsForOthers(string name, string value) =>
        ReservedVariables.All.Contains(name)
        || ServiceLink().IsMatch(name)
        || name.EndsWith("_PORT", StringComparison.Ordinal) && ServiceUrl().IsMatch(value);

    [GeneratedRegex(@"_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)$|_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex ServiceLink();

    [GeneratedRegex("^(tcp|udp|sctp)://", RegexOptions.CultureInvariant)]
    private static partial Regex ServiceUrl();

    /// <summary>Variables of one key by the names that follow it, which become a list where all are numbers.</summary>
    private sealed class VariableTree
    {
        private readonly Dictionary<string, VariableTree> _children = new(StringComparer.OrdinalIgnoreCase);
        private ConfigNode.Scalar? _value;

        public bool TryAdd(ReadOnlySpan<string> path, ConfigNode.Scalar value)
        {
            if (path.IsEmpty)
            {
                var free = _value is null && _children.Count == 0;
                _value = value;
                return free;
            }
            if (!_children.TryGetValue(path[0], out var child))
                _children[path[0]] = child = new VariableTree();
            return child.TryAdd(path[1..], value) && _value is null;
        }

        public ConfigNode ToNode()
        {
            if (_value is not null)
                return _value;
            var members = _children.ToDictionary(child => child.Key, child => child.Value.ToNode(), StringComparer.OrdinalIgnoreCase);
            var origin = members.Values.First().Origin;
            return members.Keys.All(IsIndex)
                ? new ConfigNode.List(origin, [.. members.OrderBy(m => Index(m.Key)).Select(m => m.Value)])
                : new ConfigNode.Section(origin, members);
        }

        private static bool IsIndex(string name) => ushort.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _);

        private static ushort Index(string name) => ushort.Parse(name, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
