namespace MeshProxy.Compare.Cases;

/// <summary>One number a case measures, per proxy. Less is better for all of them.</summary>
/// <param name="Name">As in the results file: the case's own name, or one that begins with it.</param>
/// <param name="Unit">What one unit of the number is.</param>
/// <param name="Title">What it means, for the chart.</param>
internal sealed record Metric(string Name, string Unit, string Title);
