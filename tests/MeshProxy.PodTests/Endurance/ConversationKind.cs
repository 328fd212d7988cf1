namespace MeshProxy.PodTests.Endurance;

/// <summary>What a worker may do next; the last ones are the faults.</summary>
internal enum ConversationKind
{
    Echo,
    EchoOnOpaquePort,
    ServerSpeaksFirst,
    Download,
    Http1,
    Http2,
    HttpUpload,
    ClientResets,
    ServerResets,
    NobodyListens,
    Garbage,
    HttpCancelled,
    HttpAborted,
}
