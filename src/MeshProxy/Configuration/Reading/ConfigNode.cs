using MeshProxy.Logging;

namespace MeshProxy.Configuration.Reading;

/// <summary>
/// What was written, before anyone asked what it means: the same tree whether it came from the file or from the environment.
/// </summary>
internal abstract record ConfigNode(ConfigOrigin Origin)
{
    /// <summary>The node as an error message quotes it.</summary>
    public abstract string Quoted { get; }

    /// <param name="Text">As written; the text of a number, a boolean or null for those.</param>
    /// <param name="IsString">False for a number, a boolean or null.</param>
    public sealed record Scalar(ConfigOrigin Origin, string Text, bool IsString) : ConfigNode(Origin)
    {
        public override string Quoted => IsString ? LineText.Quote(Text) : LineText.Escape(Text);
    }

    public sealed record List(ConfigOrigin Origin, IReadOnlyList<ConfigNode> Items) : ConfigNode(Origin)
    {
        public override string Quoted => "a list";
    }

    /// <summary>
    /// Names are compared by case in the file, and without case in the environment, where names are upper case by custom.
    /// </summary>
    public sealed record Section(ConfigOrigin Origin, IReadOnlyDictionary<string, ConfigNode> Members) : ConfigNode(Origin)
    {
        public override string Quoted => "a section";
    }
}
