using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace MeshProxy.Lifecycle.App;

/// <summary>
/// Every signal that one process means for another goes on to the app. Kept are those that cannot be caught (KILL, STOP), those that tell
/// of this process's own faults or children (ILL, TRAP, ABRT, BUS, FPE, SEGV, PIPE, CHLD, SYS), and the runtime's own (34).
/// </summary>
internal sealed class ForwardedSignals : IDisposable
{
    private static readonly ImmutableArray<int> Numbers =
        [1, 2, 3, 10, 12, 14, 15, 16, 18, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, .. Enumerable.Range(35, 30)];

    private readonly Lock _gate = new();
    private readonly Queue<int> _early = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly TaskCompletionSource<int> _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AppProcess? _app;

    public ForwardedSignals()
    {
        foreach (var number in Numbers)
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)number, context => Handle(context, number)));
    }

    /// <summary>The first of SIGTERM, SIGINT, SIGQUIT and SIGHUP, for as long as there is no app to decide what it means.</summary>
    public Task<int> Ending => _ending.Task;

    /// <summary>From now on signals go to the app; those that came before go first.</summary>
    public void ForwardTo(AppProcess app)
    {
        lock (_gate)
        {
            _app = app;
            while (_early.TryDequeue(out var number))
                app.Send(number);
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private void Handle(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        lock (_gate)
        {
            if (_app is not null)
                _app.Send(number);
            else
                _early.Enqueue(number);
        }
        if (number is 1 or 2 or 3 or 15)
            _ending.TrySetResult(number);
    }
}
