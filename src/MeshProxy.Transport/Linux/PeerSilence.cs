namespace MeshProxy.Transport.Linux;

/// <summary>What tcp_info knows of a peer's answers. Milliseconds.</summary>
/// <param name="SinceAcknowledged">Since the peer acknowledged anything, window probes included (tcpi_last_ack_recv).</param>
/// <param name="SinceSent">Since data was sent to it; retransmissions count, window probes carry none (tcpi_last_data_sent).</param>
internal readonly record struct PeerSilence(int SinceAcknowledged, int SinceSent)
{
    /// <summary>Nothing has come since data was sent last: it is on its way, or lost, or nobody is there.</summary>
    public bool IsUnanswered => SinceAcknowledged > SinceSent;
}
