namespace MeshProxy.DataPlane.Http.Http1;

/// <summary>
/// One request and its answer, from the end of the request's head to the end of the response. 40 bytes, in place in the pipeline.
/// </summary>
internal struct Exchange
{
    /// <summary>The caller's clock when the request's head passed; the observer has none.</summary>
    public long StartedAt;

    /// <summary>The caller's clock when the head of the final response passed; 0 before.</summary>
    public long AnsweredAt;

    /// <summary>On the wire, head and framing included, as far as they had passed when the response ended.</summary>
    public long RequestBytes;

    /// <summary>On the wire, informational responses included.</summary>
    public long ResponseBytes;

    /// <summary>Of the final response; 0 before its head has passed.</summary>
    public ushort Status;

    public RequestMethod Method;

    public UpgradeProtocol Upgrade;

    /// <summary>1xx responses so far, 101 not counted.</summary>
    public ushort InformationalResponses;

    /// <summary>The answer may turn the connection into something else: what the client sends next is held until it is known.</summary>
    public readonly bool AsksToSwitch => Method == RequestMethod.Connect || Upgrade != UpgradeProtocol.None;
}
