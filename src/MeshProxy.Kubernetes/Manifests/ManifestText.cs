namespace MeshProxy.Kubernetes.Manifests;

/// <summary>A text of manifests, by lines.</summary>
internal sealed class ManifestText(string text)
{
    public string Text { get; } = text;

    /// <summary>That of its first line.</summary>
    public string NewLine { get; } = text.IndexOf('\n') is var at and > 0 && text[at - 1] == '\r' ? "\r\n" : "\n";

    public int LineStart(int index)
    {
        while (index > 0 && Text[index - 1] != '\n')
            index--;
        return index;
    }

    public int ColumnOf(int index) => index - LineStart(index);

    /// <summary>Behind the line that a piece ends in; a block scalar ends at the beginning of the next.</summary>
    public int LineAfter(int end)
    {
        if (end > 0 && end == LineStart(end))
            return end;
        var newLine = Text.IndexOf('\n', end);
        return newLine < 0 ? Text.Length : newLine + 1;
    }

    public int LineOf(int index) => Text.AsSpan(0, index).Count('\n') + 1;

    public bool IsFirstInLine(int index) => Text.AsSpan(LineStart(index), ColumnOf(index)).IsWhiteSpace();

    /// <summary>Whether two places are on different lines.</summary>
    public bool IsBroken(int from, int to) => Text.AsSpan(from, to - from).Contains('\n');

    /// <summary>Lines put in before the line at an index. Where the text ends without a line break, it goes on to.</summary>
    public TextEdit InsertLines(int at, string lines) => at == Text.Length && at > 0 && Text[at - 1] != '\n'
        ? new TextEdit(at, 0, NewLine + lines[..^NewLine.Length])
        : new TextEdit(at, 0, lines);

    /// <summary>
    /// Removals with those that adjoin made one. The last lines of a text that ends without a line break go with the one before them.
    /// </summary>
    public IReadOnlyList<TextEdit> Joined(IEnumerable<TextEdit> removals)
    {
        var joined = new List<TextEdit>();
        foreach (var removal in removals.OrderBy(removal => removal.At))
        {
            if (joined.Count > 0 && joined[^1] is var last && last.At + last.Length >= removal.At)
                joined[^1] = last with { Length = Math.Max(last.Length, removal.At + removal.Length - last.At) };
            else
                joined.Add(removal);
        }
        if (joined.Count > 0 && joined[^1] is var end && end.At + end.Length == Text.Length && end.Length > 0 && Text[^1] != '\n')
            joined[^1] = WithBreakBefore(end);
        return joined;
    }

    private TextEdit WithBreakBefore(TextEdit removal)
    {
        var length = removal.At >= 2 && Text[removal.At - 2] == '\r' ? 2 : 1;
        return removal.At > 0 && Text[removal.At - 1] == '\n' ? removal with { At = removal.At - length, Length = removal.Length + length }
            : removal;
    }
}
