namespace MeshProxy.PodTests.Http;

/// <summary>What client and server saw of the same connections, and what the client programs printed.</summary>
internal sealed record ExchangeRecord(TappedConnection[] AtClient, TappedConnection[] AtServer, IReadOnlyList<string> Printed)
{
    /// <summary>Every connection arrived as it was sent. Those opened at the same time may have arrived in another order.</summary>
    public void AssertUnchanged()
    {
        Assert.NotEmpty(AtClient);
        Assert.Equal(AtClient.Length, AtServer.Length);
        var arrived = AtServer.ToList();
        foreach (var sent in AtClient)
        {
            var same = arrived.FindIndex(connection => TappedConnection.AreSame(sent, connection));
            Assert.True(same >= 0, $"no connection arrived as this one was sent: {sent.WithoutDates()}");
            arrived.RemoveAt(same);
        }
    }
}
