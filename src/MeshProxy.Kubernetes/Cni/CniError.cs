using System.Buffers;
using System.Text.Json;

namespace MeshProxy.Kubernetes.Cni;

/// <summary>Why a call failed, as the runtime hands it on: the kubelet's event on the pod shows the message, and nothing else.</summary>
/// <param name="Message">One line: the cause, then the cure.</param>
/// <param name="Details">What else was seen; for whoever reads the runtime's log.</param>
internal sealed record CniError(CniErrorCode Code, string Message, string Details = "")
{
    public static CniError Of(CniErrorCode code, string cause, string details = "") =>
        new(code, OneLine($"{cause}; {CniErrorTable.Row(code).Cure}"), details);

    public void WriteTo(IBufferWriter<byte> output, string version)
    {
        using var json = new Utf8JsonWriter(output, CniJson.Options);
        json.WriteStartObject();
        json.WriteString("cniVersion", version);
        json.WriteNumber("code", (int)Code);
        json.WriteString("msg", Message);
        if (Details.Length > 0)
            json.WriteString("details", Details);
        json.WriteEndObject();
    }

    public static string OneLine(string text) =>
        string.Join(' ', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
