using System.Buffers;
using System.Text.Json;
using MeshProxy.Netfilter;
using Microsoft.AspNetCore.Http;

namespace MeshProxy.Admin.Page;

/// <summary>
/// /redirect: the rules in force and how often each has applied. Reading them takes NET_ADMIN, which a sidecar does not have and should
/// not: then the answer says so, and how a person can see them. Read at most every few seconds, whoever asks.
/// </summary>
internal sealed class RedirectEndpoint(Func<RedirectOutcome> inspect, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    /// <summary>
    /// In the image, the second name is the file with the capability: a debug container runs as the image's user, to whom the kernel
    /// gives none
    /// but by the file (docs/image.md).
    /// </summary>
    internal static readonly string[] CommandsWithoutPermission =
    [
        "kubectl debug -it POD --profile=netadmin --image=IMAGE_OF_MESHPROXY -- meshproxy-init check net",
        "meshproxy check net --netns /proc/PID_OF_THE_APP/ns/net    # on the node, as root",
    ];

    private readonly Lock _gate = new();
    private byte[] _answer = [];
    private long _readAt;

    public Task AnswerAsync(HttpContext context)
    {
        var answer = Read();
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = answer.Length;
        return context.Response.Body.WriteAsync(answer, 0, answer.Length, context.RequestAborted);
    }

    private byte[] Read()
    {
        lock (_gate)
        {
            if (_answer.Length == 0 || time.GetElapsedTime(_readAt) > Freshness)
                (_answer, _readAt) = (Write(inspect()), time.GetTimestamp());
            return _answer;
        }
    }

    private static byte[] Write(RedirectOutcome outcome)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer);
        var isForbidden = outcome.Failure?.Kind == FailureKind.Permission;
        json.WriteStartObject();
        var state = outcome.Failure is null ? $"in force, config {outcome.Hash}" : "not as they should be";
        json.WriteString("state", isForbidden ? "cannot be read from here" : state);
        json.WriteStartArray("rules");
        foreach (var rule in outcome.Rules)
        {
            json.WriteStartArray();
            json.WriteStringValue(rule.Chain);
            json.WriteStringValue(rule.Rule);
            json.WriteNumberValue(rule.Packets);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteString("problem", isForbidden
            ? "The kernel shows redirect rules only to who has NET_ADMIN, and the sidecar runs without any capability, as it should. "
                + "Whoever may debug the pod sees them, with their counters, by one of these:"
            : outcome.Failure?.Cause ?? "");
        json.WriteString("cure", isForbidden ? "" : outcome.Failure?.Cure ?? "");
        WriteStrings(json, "commands", isForbidden ? CommandsWithoutPermission : []);
        WriteStrings(json, "warnings", outcome.Warnings);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
