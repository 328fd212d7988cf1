namespace MeshProxy.Netfilter;

/// <summary>Whether IPv6 connections are redirected.</summary>
public enum Ipv6Mode
{
    /// <summary>Yes; proven only where the namespace has an IPv6 address beyond loopback and link-local ones.</summary>
    Auto,

    /// <summary>No: IPv6 connections do not pass the proxy.</summary>
    Off,

    /// <summary>Yes, and a namespace without IPv6 is an error.</summary>
    Required,
}
