using System.Globalization;
using System.Text.RegularExpressions;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>h2load: HTTP/2 in clear text, 8 connections of 32 streams each, as many requests as they carry.</summary>
internal static partial class H2Load
{
    private const int Connections = 8;
    private const int Threads = 2;

    public const int Streams = 32;

    /// <summary>Requests answered.</summary>
    /// <exception cref="MeasurementException">A request failed or an answer was no 2xx.</exception>
    public static double Run(Target target, int seconds)
    {
        var output = Tool.Require("h2load",
        [
            "-t", Text(Threads), "-c", Text(Connections), "-m", Text(Streams), "-D", Text(seconds), $"http://{target}/",
        ]);
        if (Requests().Match(output) is not { Success: true } requests || Answers().Match(output) is not { Success: true } answers)
            throw new MeasurementException("h2load gave no count");
        if (requests.Groups["wrong"].Captures.Concat(answers.Groups["wrong"].Captures).Any(wrong => wrong.Value != "0"))
            throw new MeasurementException($"h2load saw errors: {requests.Value}; {answers.Value}");
        return double.Parse(requests.Groups["done"].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"requests: .*?(?<done>\d+) succeeded, (?<wrong>\d+) failed, (?<wrong>\d+) errored, (?<wrong>\d+) timeout")]
    private static partial Regex Requests();

    [GeneratedRegex(@"status codes: \d+ 2xx, (?<wrong>\d+) 3xx, (?<wrong>\d+) 4xx, (?<wrong>\d+) 5xx")]
    private static partial Regex Answers();
}
