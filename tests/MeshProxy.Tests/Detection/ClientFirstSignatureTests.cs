using MeshProxy.DataPlane.Detection;
using static MeshProxy.Tests.Detection.ByteSplits;

namespace MeshProxy.Tests.Detection;

public sealed class ClientFirstSignatureTests
{
    [Theory]
    [InlineData("\0\0\0\x08\x04\xd2\x16\x2f", "postgresql")]
    [InlineData("\0\0\0\x08\x04\xd2\x16\x30", "postgresql")]
    [InlineData("\0\0\0\x29\0\x03\0\0user\0app\0database\0app\0\0", "postgresql")]
    [InlineData("*2\r\n$3\r\nGET\r\n$1\r\na\r\n", "redis")]
    [InlineData("*1\r", "unknown")]
    [InlineData("*10\r", "redis")]
    [InlineData("*x\r\n", "unknown")]
    [InlineData("\x3a\x01\0\0\x01\0\0\0\0\0\0\0\xd4\x07\0\0\0\0\0\0", "mongodb")]
    [InlineData("\x3a\x01\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0\0\0\0\0", "mongodb")]
    [InlineData("\0\0\0\x24\0\x12\0\x03\0\0\0\x01\0\x0arust-kafka", "kafka")]
    [InlineData("\0\0\0\x0a\0\x03\0\0\0\0\0\x01\xff\xff", "kafka")]
    [InlineData("AMQP\0\0\x09\x01", "amqp")]
    [InlineData("\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0", "mqtt")]
    [InlineData("\x10\x90\x01\0\x06MQIsdp\x03", "mqtt")]
    [InlineData("\x10\xff\xff\xff\xff\x7f\0\x04MQTT", "unknown")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n", "ssh")]
    [InlineData("HELO example\r\n", "unknown")]
    [InlineData("", "unknown")]
    public void Named_by_its_first_bytes(string text, string label) =>
        Assert.Equal(label, ClientFirstSignatures.Of(Bytes(text)).Label());

    [Fact]
    public void Every_prefix_of_anything_is_answered()
    {
        var random = new Random(11);
        var bytes = new byte[32];
        for (var round = 0; round < 20_000; round++)
        {
            random.NextBytes(bytes);
            bytes[0] = "\x10*SA\0\x3a"u8[round % 6];
            ClientFirstSignatures.Of(bytes.AsSpan(0, random.Next(bytes.Length)));
        }
    }
}
