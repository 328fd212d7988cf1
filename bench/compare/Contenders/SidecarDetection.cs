namespace MeshProxy.Compare.Contenders;

/// <summary>Whether MeshProxy keeps what it has learned of a destination, as is its default, or detects on every connection anew.</summary>
internal enum SidecarDetection
{
    Remembered,
    EachTime,
}
