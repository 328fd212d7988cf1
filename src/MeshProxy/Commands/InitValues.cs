using System.Collections.Immutable;
using System.CommandLine;
using MeshProxy.Netfilter;

namespace MeshProxy.Commands;

/// <summary>The settings given on the command line, under our names or another mesh's, as texts by key.</summary>
internal sealed class InitValues
{
    private readonly Dictionary<string, string> _texts = [];

    /// <summary>The option that gave a key its value, for error messages.</summary>
    private readonly Dictionary<string, string> _givenBy = [];

    private readonly ImmutableArray<string>.Builder _notes = ImmutableArray.CreateBuilder<string>();
    private readonly ImmutableArray<string>.Builder _errors = ImmutableArray.CreateBuilder<string>();

    public InitValues(
        ParseResult parse, ImmutableArray<(RedirectKey Key, Option<string?> Option)> settings, ImmutableArray<InitAlias> aliases)
    {
        foreach (var (key, option) in settings.Where(s => parse.GetResult(s.Option) is { Implicit: false }))
        {
            if (Translate(key, parse.GetValue(option) ?? "true") is { } text)
                Give(key, option.Name, text);
        }
        foreach (var alias in aliases.Where(a => parse.GetResult(a.Option) is { Implicit: false }))
        {
            _notes.Add(alias.Note);
            if (alias.Key is { } key && alias.Translate(parse.GetValue(alias.Option) ?? "") is { } text)
                Give(key, alias.Option.Name, text);
        }
    }

    /// <summary>What to tell about options that are not ours.</summary>
    public ImmutableArray<string> Notes => _notes.ToImmutable();

    public bool TryRead(out RedirectConfig config, out ImmutableArray<string> errors)
    {
        RedirectConfigText.TryRead(_texts, out config, out var wrong);
        errors = [.. _errors, .. wrong.Select(Named)];
        return errors.IsEmpty;
    }

    /// <summary>Lists given twice are joined; of anything else there is one.</summary>
    private void Give(RedirectKey key, string option, string text)
    {
        if (!_texts.TryGetValue(key.Name, out var before))
            _texts[key.Name] = text;
        else if (key.IsList)
            _texts[key.Name] = string.Join(',', new[] { before, text }.Where(t => t.Trim().Length > 0));
        else
            _errors.Add($"{option}: {_givenBy[key.Name]} says the same; give one of them");
        _givenBy.TryAdd(key.Name, option);
    }

    /// <summary>Replaces the key that an error begins with by the option the user wrote.</summary>
    private string Named(string error)
    {
        var key = error[..error.IndexOf(':')];
        return (_givenBy.TryGetValue(key, out var option) ? option : "--" + key) + error[key.Length..];
    }

    /// <summary>Another mesh's init container writes these options the same and their values otherwise.</summary>
    private static string? Translate(RedirectKey key, string text) => text switch
    {
        "true" when key == RedirectKey.Ipv6 => "auto",
        "false" when key == RedirectKey.Ipv6 => "off",
        "-1" when key == RedirectKey.ProxyUid || key == RedirectKey.ProxyGid => null,
        _ => text,
    };
}
