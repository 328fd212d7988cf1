using System.Globalization;

namespace MeshProxy.PodTests.Endurance.Chaos;

/// <param name="At">From the beginning of the traffic.</param>
/// <param name="Lasts">Zero for what is over when it is done.</param>
/// <param name="Choice">Which server, what configuration, how much loss.</param>
internal readonly record struct ChaosStep(TimeSpan At, Disturbance Kind, TimeSpan Lasts, int Choice)
{
    public TimeSpan End => At + Lasts;

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{At.TotalSeconds:0.000} s: {Kind}, for {Lasts.TotalSeconds:0.000} s");
}
