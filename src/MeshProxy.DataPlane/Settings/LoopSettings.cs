namespace MeshProxy.DataPlane.Settings;

/// <param name="Count">Event loop threads; 0 takes one per core of the cgroup's CPU quota, rounded up. Fixed at start.</param>
public sealed record LoopSettings(int Count);
