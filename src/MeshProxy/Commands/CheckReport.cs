using System.Buffers;
using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MeshProxy.Commands;

/// <summary>
/// What a check of texts has found: for people, findings on standard output and errors on standard error; for programs, one JSON object on
/// standard output in place of both, with the exit code in it.
/// </summary>
internal static class CheckReport
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Ends a check: lines that say what there is, then the mistakes.</summary>
    public static ExitCode End(ParseResult line, string check, ExitCode code, IReadOnlyList<string> findings, IReadOnlyList<string> errors)
    {
        var console = line.InvocationConfiguration;
        if (line.GetValue(CheckCommand.Json))
            console.Output.WriteLine(Json(check, code, findings, errors));
        else
        {
            foreach (var finding in findings)
                console.Output.WriteLine(finding);
            foreach (var error in errors)
                console.Error.WriteLine($"meshproxy: {error}");
        }
        if (errors.Count > 0)
            TerminationLog.Write(errors);
        return code;
    }

    private static string Json(string check, ExitCode code, IReadOnlyList<string> findings, IReadOnlyList<string> errors)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("check", check);
            WriteTexts(json, "findings", findings);
            WriteTexts(json, "errors", errors);
            json.WriteNumber("exitCode", (int)code);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
