namespace MeshProxy.Transport.Relay;

public enum InspectionVerdict : byte
{
    /// <summary>What does not pass yet waits for the bytes that follow it.</summary>
    ReadOn,

    /// <summary>
    /// What does not pass waits for the other direction; nothing more is read until <see cref="RelayInspection.IsHeld"/> says no.
    /// </summary>
    Hold,

    /// <summary>
    /// Nothing of this source passes any more. The relay ends when the inspection gives its
    /// <see cref="RelayInspection.Answer"/>, or at once without one.
    /// </summary>
    Refuse,

    /// <summary>Both sides are reset.</summary>
    Abort,
}

/// <param name="Passes">How many of the leading bytes shown may be sent on.</param>
/// <param name="Replaced">How many bytes behind those are dropped; <paramref name="Replacement"/> goes in their place.</param>
/// <param name="Replacement">
/// At most a block. What was shown behind it is shown again once it has been sent. Null where everything is as sent.
/// </param>
public readonly record struct Inspection(int Passes, InspectionVerdict Verdict, int Replaced = 0, byte[]? Replacement = null);
