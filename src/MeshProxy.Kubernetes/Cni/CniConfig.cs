using System.Text.Json;
using System.Text.Unicode;

namespace MeshProxy.Kubernetes.Cni;

/// <summary>What the runtime says on standard input: our entry of the list, the result so far, and what it knows of the pod.</summary>
internal sealed class CniConfig : IDisposable
{
    /// <summary>A runtime that knows this capability hands over the annotations of every pod (containerd 1.5, CRI-O 1.28).</summary>
    public const string AnnotationsCapability = "io.kubernetes.cri.pod-annotations";

    private readonly JsonDocument _document;

    private CniConfig(JsonDocument document) => _document = document;

    /// <summary>Null where it is left out, which means 0.1.0.</summary>
    public string? Version => CniJson.Text(Root, "cniVersion");

    public JsonElement? PreviousResult => CniJson.Member(Root, "prevResult");

    /// <summary>False where the runtime does not know the capability, and so says nothing about any pod.</summary>
    public bool KnowsAnnotations =>
        CniJson.Member(Root, "runtimeConfig") is { ValueKind: JsonValueKind.Object } runtime
        && runtime.TryGetProperty(AnnotationsCapability, out _);

    /// <summary>Where log lines go besides standard error; null or empty for nowhere.</summary>
    public string? LogFile => CniJson.Text(Root, "logFile") is { Length: > 0 } file ? file : null;

    /// <summary>Null asks nobody.</summary>
    /// <exception cref="CniException">A value makes no sense.</exception>
    public ApiFallback? Api => CniJson.Member(Root, ApiFallback.Key) is { } api ? ApiFallback.Read(api) : null;

    private JsonElement Root => _document.RootElement;

    /// <exception cref="CniException">It is no JSON object.</exception>
    public static CniConfig Read(Stream input)
    {
        try
        {
            var document = JsonDocument.Parse(Whole(input));
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new CniConfig(document);
            throw new CniException(CniErrorCode.NotDecoded, $"standard input is not a JSON object but {document.RootElement.ValueKind}");
        }
        catch (JsonException e)
        {
            throw new CniException(CniErrorCode.NotDecoded, $"standard input is not JSON: {e.Message}");
        }
    }

    /// <summary>Checked, for a JSON reader tells broken UTF-8 late, and as a fault of its caller.</summary>
    private static byte[] Whole(Stream input)
    {
        var text = new MemoryStream();
        input.CopyTo(text);
        return Utf8.IsValid(text.ToArray()) ? text.ToArray() : throw new JsonException("broken UTF-8");
    }

    public string? Annotation(string name) =>
        CniJson.Member(Root, "runtimeConfig") is { } runtime && CniJson.Member(runtime, AnnotationsCapability) is { } annotations
            ? CniJson.Text(annotations, name)
            : null;

    public void Dispose() => _document.Dispose();
}
