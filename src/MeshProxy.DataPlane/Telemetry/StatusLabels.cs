using System.Globalization;

namespace MeshProxy.DataPlane.Telemetry;

/// <summary>
/// The values of the <c>status</c> label: codes that are registered (IANA HTTP Status Code Registry), and one value per class for all
/// others, so that no server can invent series.
/// </summary>
internal static class StatusLabels
{
    private static readonly int[] Registered =
    [
        100, 101, 102, 103, 104,
        200, 201, 202, 203, 204, 205, 206, 207, 208, 226,
        300, 301, 302, 303, 304, 305, 307, 308,
        400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417,
        421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499,
        500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
    ];

    private static readonly byte[] IndexOfCode = Build();

    public static string[] All { get; } =
        [.. Registered.Select(code => code.ToString(CultureInfo.InvariantCulture)), "1xx", "2xx", "3xx", "4xx", "5xx", "none"];

    /// <summary>Of a request that never got a status: the connection ended first.</summary>
    public static int None => All.Length - 1;

    public static int IndexOf(int status) => status is >= 100 and < 600 ? IndexOfCode[status - 100] : None;

    private static byte[] Build()
    {
        var indexes = new byte[500];
        for (var code = 100; code < 600; code++)
        {
            var index = Array.IndexOf(Registered, code);
            indexes[code - 100] = (byte)(index >= 0 ? index : Registered.Length + code / 100 - 1);
        }
        return indexes;
    }
}
