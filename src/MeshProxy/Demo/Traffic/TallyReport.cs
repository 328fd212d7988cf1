using System.Globalization;

namespace MeshProxy.Demo.Traffic;

/// <summary>A client's tally, as the line by which a traffic process tells it to the demo.</summary>
/// <param name="MedianWait">Of the visits since the last report: from connected to greeted, or from asked to answered.</param>
internal readonly record struct TallyReport(string Name, long Visits, long Failures, long Bytes, TimeSpan MedianWait)
{
    private const string Mark = "tally";

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Mark} {Name} {Visits} {Failures} {Bytes} {MedianWait.Ticks}");

    public static bool TryParse(string line, out TallyReport report)
    {
        report = default;
        var words = line.Split(' ');
        if (words.Length != 6 || words[0] != Mark)
            return false;
        report = new TallyReport(words[1], Number(words[2]), Number(words[3]), Number(words[4]), TimeSpan.FromTicks(Number(words[5])));
        return true;
    }

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
