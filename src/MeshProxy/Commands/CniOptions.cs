using System.CommandLine;
using System.CommandLine.Parsing;
using MeshProxy.Kubernetes.Cni.Install;
using MeshProxy.Values;

namespace MeshProxy.Commands;

/// <summary>
/// Options of the CNI commands. Each has its default from an environment variable, for that is how a DaemonSet is written.
/// </summary>
internal sealed class CniOptions
{
    private readonly Option<string> _binaries = Text("--bin-dir", "CNI_BIN_DIR", "/opt/cni/bin", "FOLDER",
        "Where the runtime looks for plugins, as seen from here.");

    private readonly Option<string> _config = Text("--conf-dir", "CNI_CONF_DIR", "/etc/cni/net.d", "FOLDER",
        "Where the runtime looks for network configuration lists, as seen from here.");

    private readonly Option<string> _name = Text("--plugin-name", "CNI_PLUGIN_NAME", "meshproxy-cni", "NAME",
        "File name of the plugin, and its type in lists.");

    private readonly Option<string> _credentials = Text("--api-dir", "CNI_API_DIR", "", "FOLDER",
        "For runtimes that hand over no annotations: a folder of the node, by the same path here, "
        + "for what the plugin needs to ask the API server.");

    public CniOptions() => _name.Validators.Add(option =>
    {
        var name = option.GetValueOrDefault<string>() ?? "";
        if (name.Length == 0 || name[0] == '.' || name != Path.GetFileName(name))
            option.AddError($"--plugin-name is '{name}'; allowed: a file name");
    });

    public void AddTo(Command command)
    {
        command.Add(_binaries);
        command.Add(_config);
        command.Add(_name);
        command.Add(_credentials);
    }

    public InstallSettings Read(ParseResult line) =>
        new(line.GetValue(_binaries)!, line.GetValue(_config)!, Environment.ProcessPath!) { PluginName = line.GetValue(_name)! };

    /// <summary>Empty where nobody is to be asked.</summary>
    public string CredentialFolder(ParseResult line) => line.GetValue(_credentials)!;

    public static Option<string> Text(string name, string variable, string unset, string help, string description) => new(name)
    {
        Description = $"{description} Also {variable}.",
        HelpName = help,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? given : unset,
    };

    public static Option<string> Duration(string name, string variable, string unset, string description)
    {
        var option = Text(name, variable, unset, "DURATION", description);
        option.Validators.Add(given =>
        {
            if (!DurationText.TryParse(given.GetValueOrDefault<string>(), out var duration) || duration <= TimeSpan.Zero)
                given.AddError($"{name} is '{given.GetValueOrDefault<string>()}'; "
                    + $"allowed: {DurationText.Allowed.Replace(", or 0", "", StringComparison.Ordinal)}");
        });
        return option;
    }

    public static TimeSpan Duration(ParseResult line, Option<string> option) =>
        DurationText.TryParse(line.GetValue(option), out var duration) ? duration : throw new InvalidOperationException("validated before");
}
