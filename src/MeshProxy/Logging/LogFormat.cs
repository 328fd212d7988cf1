namespace MeshProxy.Logging;

internal enum LogFormat
{
    Text,
    Json,
}
