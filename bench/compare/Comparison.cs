using System.Collections.Immutable;
using System.Globalization;
using MeshProxy.Compare.Cases;
using MeshProxy.Compare.Contenders;
using MeshProxy.Compare.Report;
using MeshProxy.Compare.Testbed;

namespace MeshProxy.Compare;

/// <summary>
/// Runs cases in rounds. Within a round the proxies follow each other directly, in an order that rotates from round to round, so that a
/// slow spell of the machine falls on all of them; medians over the rounds drop what fell on one.
/// </summary>
internal sealed class Comparison(Pod pod, int rounds)
{
    public CaseResult Run(Case subject)
    {
        var result = new CaseResult(subject);
        try
        {
            if (subject.WarmsUp)
                RunRound(0, "warm-up", new CaseResult(subject), result);
            for (var round = 1; round <= rounds; round++)
                RunRound(round, string.Create(CultureInfo.InvariantCulture, $"round {round} of {rounds}"), result, result);
        }
        finally
        {
            pod.StopProxies();
        }
        return result;
    }

    /// <param name="values">Where the numbers go: a warm-up's are dropped.</param>
    /// <param name="result">Where failures go: who failed once, in the warm-up too, takes no further part.</param>
    private void RunRound(int round, string title, CaseResult values, CaseResult result)
    {
        Console.Write($"  {values.Case.Name,-17} {title,-13}");
        foreach (var contender in Rotated(values.Case.Contenders, round).Where(contender => !result.HasFailed(contender)))
        {
            try
            {
                var measured = MeasureTwiceIfNeeded(values.Case, contender);
                values.Add(contender, measured);
                Console.Write($"  {contender} {string.Join('/', measured.Select(Number.Format))}");
            }
            catch (MeasurementException e)
            {
                result.Fail(contender, e.Message);
                Console.Write($"  {contender} FAILED ({e.Message})");
            }
        }
        Console.WriteLine();
        foreach (var note in pod.TakeNotes())
            Console.WriteLine($"    {note}");
    }

    /// <summary>On a starved machine a load tool gives up now and then; what fails twice in a row is not the machine's doing.</summary>
    private ImmutableArray<double> MeasureTwiceIfNeeded(Case subject, Contender contender)
    {
        try
        {
            return Measure(subject, contender);
        }
        catch (MeasurementException e)
        {
            pod.Note($"{contender}, measured again: {e.Message}");
            return Measure(subject, contender);
        }
    }

    private ImmutableArray<double> Measure(Case subject, Contender contender)
    {
        using var redirect = contender.ListenPort(subject.Target) is { } port
            ? RedirectTable.Install(contender.Name, subject.Target, port)
            : null;
        var measured = subject.Measure(contender, pod);
        if (redirect is not null && redirect.Connections() == 0)
            throw new MeasurementException("no connection was redirected to it");
        return measured;
    }

    private static IEnumerable<Contender> Rotated(ImmutableArray<Contender> contenders, int by) =>
        Enumerable.Range(0, contenders.Length).Select(i => contenders[(i + by) % contenders.Length]);
}
