namespace MeshProxy.Demo.View;

/// <summary>Draws the table in place on a terminal; on anything else, one line per snapshot and the table once at the end.</summary>
internal sealed class Screen(TextWriter output, bool isTerminal)
{
    private const string EraseLine = "\e[2K";
    private const string HideCursor = "\e[?25l";
    private const string ShowCursor = "\e[?25h";

    private int _drawn;

    public void Show(Snapshot snapshot)
    {
        if (isTerminal)
            Redraw(LiveTable.Lines(snapshot));
        else
            output.WriteLine(PlainLine.Of(snapshot));
        output.Flush();
    }

    public void End(Snapshot? last)
    {
        if (isTerminal)
            output.Write(ShowCursor);
        else if (last is not null)
            output.WriteLine($"\n{string.Join('\n', LiveTable.Lines(last))}");
        output.WriteLine();
    }

    private void Redraw(List<string> lines)
    {
        output.Write(_drawn == 0 ? HideCursor : $"\e[{_drawn}A");
        // A line that the terminal wrapped would be two, and the next drawing would begin too low.
        var width = Console.WindowWidth > 0 ? Console.WindowWidth : int.MaxValue;
        foreach (var line in lines)
            output.Write($"{EraseLine}{(line.Length < width ? line : line[..(width - 1)])}\n");
        _drawn = lines.Count;
    }
}
