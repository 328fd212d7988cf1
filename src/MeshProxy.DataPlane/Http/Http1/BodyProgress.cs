namespace MeshProxy.DataPlane.Http.Http1;

internal enum BodyStatus : byte
{
    More,
    Complete,
    Broken,
}

/// <param name="Passes">How many of the input's leading bytes belong to the body and are sound.</param>
internal readonly record struct BodyProgress(BodyStatus Status, int Passes, FramingError Error = FramingError.None);
