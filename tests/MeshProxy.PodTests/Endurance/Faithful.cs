using System.Net.Sockets;
using MeshProxy.PodTests.Support.Network;

namespace MeshProxy.PodTests.Endurance;

/// <summary>
/// Reads what must be exactly this. An answer that breaks off is told as what broke it; wrong bytes, and an end that looks clean and is
/// short, are <see cref="InvalidDataException"/> whatever else happened: nothing excuses those.
/// </summary>
internal static class Faithful
{
    public static async Task ReadAsync(Socket socket, byte[] expected)
    {
        using var received = new MemoryStream();
        try
        {
            await socket.ReadIntoAsync(received);
        }
        catch (SocketException)
        {
            MustBegin(received, expected);
            throw;
        }
        MustBe(received, expected);
    }

    public static async Task ReadAsync(HttpContent content, byte[] expected)
    {
        using var received = new MemoryStream();
        try
        {
            await content.CopyToAsync(received);
        }
        catch (Exception end) when (end is HttpRequestException or IOException)
        {
            MustBegin(received, expected);
            throw;
        }
        MustBe(received, expected);
    }

    private static void MustBegin(MemoryStream received, byte[] expected)
    {
        var bytes = received.GetBuffer().AsSpan(0, (int)received.Length);
        if (!expected.AsSpan().StartsWith(bytes))
            throw new InvalidDataException($"{bytes.Length} bytes came that are not the first of the {expected.Length} sent");
    }

    private static void MustBe(MemoryStream received, byte[] expected)
    {
        MustBegin(received, expected);
        if (received.Length != expected.Length)
            throw new InvalidDataException($"{received.Length} of {expected.Length} bytes came, and then a clean end");
    }
}
