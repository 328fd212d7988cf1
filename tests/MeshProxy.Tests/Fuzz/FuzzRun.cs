using System.Globalization;

namespace MeshProxy.Tests.Fuzz;

/// <summary>
/// One target, fed until the budget is spent or an input breaks a promise. The parser has a thread of its own, so that one that hangs can
/// be left behind: the process ends without it.
/// </summary>
internal sealed class FuzzRun(FuzzTarget target, FuzzBudget budget)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly TaskCompletionSource _ended = new();
    private volatile Attempt? _current;

    /// <summary>
    /// What one input may take. It is counted in looks and not by the clock, so that a process that was stopped blames nobody.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Throws with the seed and the input that broke a promise, or that the parser hangs on.</summary>
    public void Run()
    {
        new Thread(Feed) { IsBackground = true, Name = $"fuzz {target.Name}" }.Start();
        var (watched, looks) = (_current, 0);
        while (Task.WaitAny([_ended.Task], BetweenLooks) < 0)
        {
            looks = watched == _current ? looks + 1 : 0;
            watched = _current;
            if (watched is not null && looks * BetweenLooks >= Patience)
                throw new TimeoutException($"{watched.Describe(target, budget)}\nhangs, for more than {Text(Patience)} s");
        }
        _ended.Task.GetAwaiter().GetResult();
    }

    private void Feed()
    {
        var random = new Random(budget.Seed);
        try
        {
            for (var round = 0; budget.Allows(round); round++)
            {
                var input = Mutation.Of(target.Samples, target.Telling, random);
                _current = new Attempt(round, input);
                target.Read(input, new Random(random.Next()));
            }
            _ended.SetResult();
        }
        catch (Exception broken)
        {
            _ended.SetException(new InvalidOperationException($"{_current?.Describe(target, budget)}\n{broken}", broken));
        }
    }

    private static string Text(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private sealed record Attempt(int Round, byte[] Input)
    {
        /// <summary>All it takes to see it again: by the seed, or by the input alone.</summary>
        public string Describe(FuzzTarget target, FuzzBudget budget) => string.Create(
            CultureInfo.InvariantCulture,
            $"make fuzz TARGET={target.Name} SEED={budget.Seed}: input {Round}: {Convert.ToHexString(Input)}");
    }
}
