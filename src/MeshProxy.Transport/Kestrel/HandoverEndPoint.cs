using System.Net;

namespace MeshProxy.Transport.Kestrel;

/// <summary>Where Kestrel believes that it listens: no address, for connections arrive by hand.</summary>
public sealed class HandoverEndPoint(string name) : EndPoint
{
    public override string ToString() => name;
}
