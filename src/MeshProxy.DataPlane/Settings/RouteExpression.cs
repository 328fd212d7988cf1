using System.Text.RegularExpressions;

namespace MeshProxy.DataPlane.Settings;

/// <summary>
/// The expressions of routes: without backtracking, so that their time is linear in the text (a path or a header, both bounded), and no
/// request can make one slow.
/// </summary>
public static class RouteExpression
{
    /// <summary>Characters; a bound on what building one may cost.</summary>
    public const int Longest = 1024;

    /// <summary>Throws <see cref="ArgumentException"/> or <see cref="NotSupportedException"/> for what cannot be compiled so.</summary>
    public static Regex Compile(string expression) =>
        new($@"\A(?:{expression})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
}
