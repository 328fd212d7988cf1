namespace MeshProxy.Netfilter;

/// <summary>A conntrack timeout that was asked for.</summary>
/// <param name="Name">The option's name, such as <c>close-wait-timeout</c>.</param>
/// <param name="After">Read back from the kernel. Longer than what was asked for where it was so before.</param>
public sealed record TimeoutChange(string Name, TimeSpan Before, TimeSpan After);
