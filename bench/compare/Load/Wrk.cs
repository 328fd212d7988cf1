using System.Globalization;
using System.Text.RegularExpressions;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare.Load;

/// <summary>wrk: as many requests as 64 connections carry, each connection asking again when it was answered.</summary>
internal static partial class Wrk
{
    private const int Connections = 64;
    private const int Threads = 2;

    /// <summary>Requests answered.</summary>
    /// <exception cref="MeasurementException">A connection failed or an answer was no 2xx.</exception>
    public static double Run(Target target, int seconds, params string[] headers)
    {
        var output = Tool.Require("wrk",
        [
            "-t", Text(Threads), "-c", Text(Connections), "-d", Text(seconds),
            .. headers.SelectMany(header => new[] { "-H", header }),
            $"http://{target}/",
        ]);
        if (Errors().Match(output) is { Success: true } errors)
            throw new MeasurementException($"wrk saw errors: {errors.Value.Trim()}");
        return double.Parse(Requests().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"^\s*(Socket errors|Non-2xx or 3xx responses):.*$", RegexOptions.Multiline)]
    private static partial Regex Errors();
}
