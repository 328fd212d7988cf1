using System.Text;
using MeshProxy.Configuration.Keys;

namespace MeshProxy.Tests.Configuration;

/// <summary>The documentation page, made of the table of keys.</summary>
internal static class ConfigPage
{
    // A backslash at a line's end joins it to the next.
    private static readonly string Top = """
        # Configuration

        This page is made from the table in `src/MeshProxy/Configuration/Keys`.

        The file is `proxy.config.json` in the working directory (`/etc/meshproxy` in the image), \
        or what `--config` names: JSON with comments and
        trailing commas. It needs only the keys that differ; \
        [proxy.config.json](../proxy.config.json) has them all at their defaults, and a schema
        beside it for editors. Every key is an environment variable too, and the environment wins: `outbound.detection.timeout` is
        `MESHPROXY_OUTBOUND__DETECTION__TIMEOUT`. A list may be one text with commas there.

        The file is watched. A valid change is taken over without dropping a connection, \
        but for the keys marked *next start*; an invalid one is
        refused with every error named, and the old settings stay in force. \
        An unknown key or `MESHPROXY_*` variable is an error, with the nearest name.

        ```sh
        meshproxy check config                    # is it valid
        meshproxy check config --print            # every key, its value, and where it was written
        meshproxy check config --json             # the same answer for a script
        ```

        A running sidecar shows its own at `/config` of the admin port.

        """.Replace("\\\n", "", StringComparison.Ordinal);

    public static string Text(ConfigTable table)
    {
        var text = new StringBuilder(Top);
        foreach (var section in table.Keys.Select(key => key.Segments[0]).Distinct())
        {
            var description = table.Sections.First(known => known.Path == section).Description;
            text.Append($"\n## {section}\n\n{description}\n\n| key | allowed | default | meaning |\n|---|---|---|---|\n");
            foreach (var key in table.Keys.Where(key => key.Segments[0] == section))
                text.Append(Row(key));
        }
        return text.ToString();
    }

    private static string Row(ConfigKey key)
    {
        var restart = key.Reload == ConfigReload.NeedsRestart ? " *Next start.*" : "";
        return $"| `{key.Path}` | {Cell(key.Allowed)} | `{key.Default}` | {Cell(key.Description)}{restart} |\n";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
