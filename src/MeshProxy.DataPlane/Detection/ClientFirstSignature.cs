namespace MeshProxy.DataPlane.Detection;

/// <summary>
/// A well-known protocol whose client speaks first, by the look of its first bytes. A word for the connection log and the status page,
/// never a reason to treat the connection differently: a wrong guess costs nothing.
/// </summary>
internal enum ClientFirstSignature
{
    Unknown,
    PostgreSql,
    Redis,
    MongoDb,
    Kafka,
    Amqp,
    Mqtt,
    Ssh,
}
