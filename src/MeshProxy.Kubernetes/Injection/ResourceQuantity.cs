using System.Globalization;

namespace MeshProxy.Kubernetes.Injection;

/// <summary>
/// An amount of a resource in the form that the API server gives it back: a number it would write otherwise would look like a change.
/// Exponents (<c>1e3</c>), which the API knows too, are not taken.
/// </summary>
internal readonly record struct ResourceQuantity(decimal Amount, bool IsCpu, bool IsBinary) : IComparable<ResourceQuantity>
{
    private static readonly (string Suffix, decimal Factor)[] Binary =
        [("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40)];

    private static readonly (string Suffix, decimal Factor)[] Decimal = [("m", 0.001m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m),
        ("T", 1e12m)];

    public static bool TryParse(string text, bool isCpu, out ResourceQuantity quantity)
    {
        var digits = text.AsSpan().TrimEnd("KkMmGgTi");
        var suffix = text[digits.Length..];
        var factor = suffix.Length == 0 ? 1 : FactorOf(suffix, isCpu);
        quantity = default;
        if (factor == 0 || digits.Length > 15
            || !decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        quantity = new ResourceQuantity(number * factor, isCpu, suffix.EndsWith('i'));
        // Finer than a thousandth of a core, or than a byte, is rounded by nobody we know alike.
        var unit = isCpu ? 0.001m : 1m;
        return quantity.Amount >= unit && quantity.Amount % unit == 0;
    }

    public int CompareTo(ResourceQuantity other) => Amount.CompareTo(other.Amount);

    public override string ToString()
    {
        var amount = Amount;
        var units = IsCpu ? Decimal : IsBinary ? Binary : Decimal[1..];
        var (suffix, factor) = units.LastOrDefault(unit => amount % unit.Factor == 0 && (unit.Factor < 1 ? amount % 1 != 0 : true));
        return suffix is null || IsCpu && amount % 1 == 0
            ? amount.ToString("0", CultureInfo.InvariantCulture)
            : (amount / factor).ToString("0", CultureInfo.InvariantCulture) + suffix;
    }

    private static decimal FactorOf(string suffix, bool isCpu)
    {
        if (isCpu)
            return suffix == "m" ? 0.001m : 0;
        return Binary.Concat(Decimal).FirstOrDefault(unit => unit.Suffix == suffix && unit.Suffix != "m").Factor;
    }
}
