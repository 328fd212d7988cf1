namespace MeshProxy.PodTests.Support.Network;

public enum IpFamily
{
    V4,
    V6,
}
