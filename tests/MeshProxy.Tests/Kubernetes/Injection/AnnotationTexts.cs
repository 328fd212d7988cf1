using System.Globalization;

namespace MeshProxy.Tests.Kubernetes.Injection;

/// <summary>Texts for annotations, by a seed.</summary>
internal static class AnnotationTexts
{
    private static readonly string[] Words =
    [
        "true", "false", "enabled", "disabled", "auto", "off", "required", "all", "listening", "direct", "redirect", "allow", "deny",
        "trace", "debug", "info",
        "warn", "error", "json", "text", "common", "Always", "Never", "10.0.0.0/8", "fd00::/8,1.2.3.4", "500m", "2", "64Mi", "1.5Gi",
        "registry/x:1", "0", "http",
    ];

    private static readonly string[] Units = ["", "ms", "s", "m", "h", "d", "Mi", "m", "k"];

    /// <summary>Mostly something that some setting takes.</summary>
    public static string Any(Random random) => random.Next(4) switch
    {
        0 => Number(random) + Units[random.Next(Units.Length)],
        1 => $"{Number(random)},{Number(random)}-{Number(random)}",
        2 => Number(random),
        _ => Words[random.Next(Words.Length)],
    };

    /// <summary>Quotes, line breaks, control characters, half of a surrogate pair, much of anything.</summary>
    public static string Garbage(Random random)
    {
        const string Alphabet = "\"'\\{}[]<>&,:;/~%$\n\r\t\0\u0001 äß€漢\ud83d\ude00-_.0123456789abcxyzABC";
        return string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
    }

    private static string Number(Random random) =>
        ((long)Math.Pow(10, random.NextDouble() * 7)).ToString(CultureInfo.InvariantCulture);
}
