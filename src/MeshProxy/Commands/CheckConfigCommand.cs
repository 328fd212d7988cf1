using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using MeshProxy.Configuration;
using MeshProxy.Configuration.Keys;

namespace MeshProxy.Commands;

/// <summary>Validates file and environment as <c>run</c> would, and starts nothing.</summary>
internal sealed class CheckConfigCommand : CheckSubcommand
{
    private readonly Option<bool> _print = new("--print")
    {
        Description = "Print every key with its value in force and where that was written, as JSON.",
    };

    private readonly Option<bool> _schema = new("--schema")
    {
        Description = "Print the JSON schema of the configuration file, and check nothing.",
    };

    public CheckConfigCommand()
        : base("config", "Check the configuration file and the environment variables.")
    {
        Add(_print);
        Add(_schema);
    }

    public override ImmutableArray<Example> Examples =>
    [
        new("meshproxy check config --config proxy.config.json", "list every mistake, exit 65 if there is one"),
        new("meshproxy check config --print", "show every key, its value and where it comes from"),
    ];

    public override Task<ExitCode> CheckAsync(ParseResult line, CancellationToken cancelled)
    {
        var output = line.InvocationConfiguration.Output;
        if (line.GetValue(_schema))
        {
            output.WriteLine(Text(stream => JsonSchema.Write(stream, SidecarKeys.Table)));
            return Task.FromResult(ExitCode.Ok);
        }
        var file = ConfigFile.FromOption(line.GetValue(CheckCommand.Config));
        var result = ConfigLoader.ForProcess().Load(file);
        if (!result.IsValid)
            return Task.FromResult(CheckReport.End(
                line, Name, ExitCode.BadConfig, [], [.. result.Errors.Select(error => error.ToString())]));
        if (!line.GetValue(_print))
            return Task.FromResult(CheckReport.End(line, Name, ExitCode.Ok, [Summary(result.Config)], []));
        output.WriteLine(Text(stream => EffectiveConfig.Write(stream, result.Config.Values)));
        return Task.FromResult(ExitCode.Ok);
    }

    private static string Summary(LoadedConfig config) =>
        $"configuration: ok, {config.Values.Written} of {SidecarKeys.Table.Keys.Length} keys given, the rest at their defaults";

    private static string Text(Action<Stream> write)
    {
        var stream = new MemoryStream();
        write(stream);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
