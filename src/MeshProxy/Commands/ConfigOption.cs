using System.CommandLine;
using MeshProxy.Configuration;

namespace MeshProxy.Commands;

/// <summary><c>--config FILE</c>: a file that is named must exist; the one in the working directory need not.</summary>
internal sealed class ConfigOption : Option<string?>
{
    public ConfigOption()
        : base("--config", "-c")
    {
        Description = $"The configuration file. Without it, {ConfigFile.DefaultName} is read if it is there. Environment variables win.";
        HelpName = "FILE";
    }
}
