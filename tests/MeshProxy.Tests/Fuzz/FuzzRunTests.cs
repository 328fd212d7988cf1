namespace MeshProxy.Tests.Fuzz;

/// <summary>
/// The fuzzing itself: what it finds is told so that it can be found again, and a mistake in its orders is no silent success.
/// </summary>
public sealed class FuzzRunTests
{
    [Fact]
    public void Input_that_a_parser_hangs_on_is_told_with_the_seed()
    {
        using var never = new ManualResetEventSlim();
        var parser = new FalseParser(never.Wait);
        var run = new FuzzRun(parser, new FuzzBudget(1, null, 7)) { Patience = TimeSpan.FromMilliseconds(300) };
        var told = Assert.Throws<TimeoutException>(run.Run).Message;
        Assert.Equal($"{parser.Told(seed: 7)}\nhangs, for more than 0.3 s", told);
        never.Set();
    }

    [Fact]
    public void Input_that_breaks_a_promise_is_told_with_the_seed()
    {
        var parser = new FalseParser(() => throw new FormatException("broken"));
        var told = Assert.Throws<InvalidOperationException>(new FuzzRun(parser, new FuzzBudget(1, null, 7)).Run).Message;
        Assert.StartsWith(parser.Told(seed: 7), told, StringComparison.Ordinal);
        Assert.Contains("broken", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_input_of_the_budget_is_read()
    {
        var read = 0;
        new FuzzRun(new FalseParser(() => read++), new FuzzBudget(500, null, 7)).Run();
        Assert.Equal(500, read);
    }

    [Theory]
    [InlineData("TEST_FUZZ_FOR", "ten minutes")]
    [InlineData("TEST_FUZZ_FOR", "0s")]
    [InlineData("TEST_MUTATIONS", "-1")]
    [InlineData("TEST_FUZZ_SEED", "7x")]
    public void Orders_that_cannot_be_read_are_refused(string variable, string value)
    {
        var refusal = Assert.Throws<FormatException>(() => FuzzBudget.From(name => name == variable ? value : null, seed: 1));
        Assert.StartsWith($"{variable}={value} is no ", refusal.Message, StringComparison.Ordinal);
    }

    private sealed class FalseParser(Action read) : FuzzTarget("false-parser")
    {
        private byte[] _last = [];

        public override IReadOnlyList<byte[]> Samples { get; } = ["AB"u8.ToArray()];

        public string Told(int seed) => $"make fuzz TARGET=false-parser SEED={seed}: input 0: {Convert.ToHexString(_last)}";

        public override void Read(byte[] input, Random random)
        {
            _last = input;
            read();
        }
    }
}
