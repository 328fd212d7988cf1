using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MeshProxy.DataPlane.Telemetry.Access;

/// <summary>The two shapes of a line, each ended by a line feed.</summary>
internal static class AccessLine
{
    public static void WriteJson(IBufferWriter<byte> output, AccessConnection connection, AccessRequest request, in AccessEnd end)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("time", request.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("access", Labels.Of(connection.Direction));
            json.WriteString("client", connection.Client.ToString());
            json.WriteString("target", connection.Target.ToString());
            json.WriteString("method", request.Method);
            json.WriteString("host", request.Host);
            json.WriteString("path", request.Path);
            json.WriteString("version", request.Version);
            json.WriteString("user_agent", request.UserAgent);
            json.WriteNumber("status", end.Status);
            if (end.GrpcStatus >= 0)
                json.WriteNumber("grpc_status", end.GrpcStatus);
            json.WriteNumber("request_bytes", end.RequestBytes);
            json.WriteNumber("response_bytes", end.ResponseBytes);
            json.WriteNumber("seconds", Math.Round(end.Seconds, 6));
            json.WriteString("end", end.Word);
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    /// <summary>
    /// Combined Log Format: who asked (no identity, no user), when, what, status, bytes, referrer (not looked at), user agent.
    /// </summary>
    public static void WriteCommon(IBufferWriter<byte> output, AccessConnection connection, AccessRequest request, in AccessEnd end)
    {
        var time = request.Time.ToString("dd/MMM/yyyy:HH:mm:ss", CultureInfo.InvariantCulture);
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{connection.Client.ToIPAddress()} - - [{time} +0000] \"{request.Method} {OrDash(request.Path)} {request.Version}\" "
            + $"{Status(end.Status)} {end.ResponseBytes} \"-\" \"{OrDash(request.UserAgent)}\"\n");
        Encoding.ASCII.GetBytes(line, output);
    }

    private static string OrDash(string text) => text.Length == 0 ? "-" : text;

    private static string Status(int status) => status == 0 ? "-" : status.ToString(CultureInfo.InvariantCulture);
}
