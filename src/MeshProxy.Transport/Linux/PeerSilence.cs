namespace MeshProxy.Transport.Linux;

/// <summary>What tcp_info knows of a peer's answers. Milliseconds.</summary>
/// <param name="SinceAcknowledged">Since the peer acknowledged anything, window probes included (tcpi_last_ack_recv).</param>
/// <param name="SinceSent">
/// Since data was sent to it; retransmissions count, window probes and FIN carry none (tcpi_last_data_sent).
/// </param>
/// <param name="IsEndInFlight">FIN is the last of what has been sent and not acknowledged; behind a closed window it is not sent.</param>
internal readonly record struct PeerSilence(int SinceAcknowledged, int SinceSent, bool IsEndInFlight)
{
    /// <summary>Nothing has come since data was sent last: it is on its way, or lost, or nobody is there.</summary>
    public bool IsUnanswered => SinceAcknowledged > SinceSent;
}
