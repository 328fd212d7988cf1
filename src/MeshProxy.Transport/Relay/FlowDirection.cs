namespace MeshProxy.Transport.Relay;

/// <summary>Which of a relay's two flows.</summary>
public enum FlowDirection : byte
{
    ToUpstream,
    ToDownstream,
}
