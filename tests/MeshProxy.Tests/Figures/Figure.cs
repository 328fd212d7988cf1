using System.Globalization;

namespace MeshProxy.Tests.Figures;

/// <summary>A measured number with the digits that are worth something.</summary>
internal static class Figure
{
    public static string Of(double value) => value.ToString(value switch { < 2 => "0.00", < 100 => "0.0", _ => "#,0" }, CultureInfo.InvariantCulture);
}
