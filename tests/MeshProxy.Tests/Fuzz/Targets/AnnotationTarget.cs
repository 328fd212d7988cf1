using System.Text;
using MeshProxy.Kubernetes.Annotations;

namespace MeshProxy.Tests.Fuzz.Targets;

/// <summary>Values of annotations: read, and the same when their short form is read again, or refused in one line.</summary>
internal sealed class AnnotationTarget() : FuzzTarget("annotation")
{
    private static readonly string[] Values =
        ["25,587,4000-5000", "10.0.0.0/8,fd00::/8", "1h30m", "100m", "64Mi", "true", "2102", "registry.example/a:1", "http,25"];

    public override IReadOnlyList<byte[]> Samples { get; } = [.. Values.Select(Encoding.UTF8.GetBytes)];

    public override ReadOnlySpan<byte> Telling => "0,-./: mhMi"u8;

    public override void Read(byte[] input, Random random)
    {
        var text = Encoding.UTF8.GetString(input);
        foreach (var key in AnnotationTable.All)
        {
            if (!key.Syntax.Read(text, out var value, out var error))
            {
                Assert.False(string.IsNullOrWhiteSpace(error), key.Name);
                Assert.DoesNotContain('\n', error);
            }
            else
            {
                Assert.True(key.Syntax.Read(value, out var again, out _), $"{key.Name}: {value}");
                Assert.Equal(value, again);
            }
        }
    }
}
