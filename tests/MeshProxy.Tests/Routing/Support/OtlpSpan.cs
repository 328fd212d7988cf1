using System.Buffers.Binary;
using System.Text;

namespace MeshProxy.Tests.Routing.Support;

/// <summary>What a test asks of a span, read from the protobuf that a collector gets (opentelemetry/proto/trace/v1/trace.proto).</summary>
internal sealed record OtlpSpan(string TraceId, string SpanId, string ParentId, string Name, long Kind)
{
    public const long Server = 2;
    public const long Client = 3;

    /// <summary>ExportTraceServiceRequest 1 resource_spans, 2 scope_spans, 2 spans.</summary>
    public static List<OtlpSpan> ReadAll(byte[] request) =>
    [
        .. from resource in Fields(request).Where(field => field.Number == 1)
           from scope in Fields(resource.Bytes).Where(field => field.Number == 2)
           from span in Fields(scope.Bytes).Where(field => field.Number == 2)
           select Read(span.Bytes),
    ];

    private static OtlpSpan Read(byte[] span)
    {
        var fields = Fields(span).ToLookup(field => field.Number);
        return new OtlpSpan(Hex(1), Hex(2), Hex(4), Encoding.UTF8.GetString(fields[5].First().Bytes), fields[6].First().Value);

        string Hex(int number) => Convert.ToHexStringLower(fields[number].FirstOrDefault().Bytes ?? []);
    }

    private static List<(int Number, long Value, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, long, byte[])>();
        for (var at = 0; at < message.Length;)
        {
            var key = Number(message, ref at);
            var length = (key & 7) switch
            {
                0 => 0,
                1 => 8,
                2 => (int)Number(message, ref at),
                5 => 4,
                _ => throw new InvalidDataException(),
            };
            var value = (key & 7) switch
            {
                0 => Number(message, ref at),
                1 => BinaryPrimitives.ReadInt64LittleEndian(message.AsSpan(at)),
                _ => 0,
            };
            fields.Add(((int)(key >> 3), value, message[at..(at + length)]));
            at += length;
        }
        return fields;
    }

    private static long Number(byte[] message, ref int at)
    {
        long number = 0;
        for (var shift = 0; ; shift += 7)
        {
            number |= (long)(message[at] & 0x7f) << shift;
            if ((message[at++] & 0x80) == 0)
                return number;
        }
    }
}
