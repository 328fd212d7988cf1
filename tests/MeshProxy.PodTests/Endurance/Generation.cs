namespace MeshProxy.PodTests.Endurance;

/// <summary>Tells a conversation whether something was gone while it lasted: counted when it goes, and again when it is back.</summary>
internal sealed class Generation
{
    private int _number;

    public int Number => Volatile.Read(ref _number);

    /// <summary>Whether it went since, or was gone then: its number is odd meanwhile.</summary>
    public bool HasGoneSince(int number) => number % 2 == 1 || Number != number;

    public async Task InterruptAsync(Func<Task> deed)
    {
        Interlocked.Increment(ref _number);
        await deed();
        Interlocked.Increment(ref _number);
    }
}
