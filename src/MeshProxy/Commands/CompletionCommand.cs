using System.Collections.Immutable;
using System.CommandLine;

namespace MeshProxy.Commands;

/// <summary>A shell's script that asks the executable for what may come next, by the library's <c>[suggest]</c> directive.</summary>
internal sealed class CompletionCommand : MeshCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    private readonly Argument<string> _shell = new("SHELL") { Description = string.Join(", ", Shells) };

    public CompletionCommand()
        : base("completion", "Print the script with which a shell completes this command line.")
    {
        _shell.CompletionSources.Add(Shells);
        _shell.Validators.Add(given =>
        {
            if (!Shells.Contains(given.GetValueOrDefault<string>()))
                given.AddError($"SHELL is '{given.GetValueOrDefault<string>()}'; allowed: {string.Join(", ", Shells)}");
        });
        Add(_shell);
    }

    public override ImmutableArray<Example> Examples =>
    [
        new("source <(meshproxy completion bash)", "in this shell; in ~/.bashrc for all"),
        new("source <(meshproxy completion zsh)", "in ~/.zshrc, after compinit"),
        new("meshproxy completion fish > ~/.config/fish/completions/meshproxy.fish", "once"),
    ];

    protected override async Task<ExitCode> RunAsync(ParseResult line, CancellationToken cancelled)
    {
        await using var script = typeof(CompletionCommand).Assembly
            .GetManifestResourceStream($"completion/meshproxy.{line.GetValue(_shell)}")!;
        using var reader = new StreamReader(script);
        await line.InvocationConfiguration.Output.WriteAsync(await reader.ReadToEndAsync(cancelled));
        return ExitCode.Ok;
    }
}
