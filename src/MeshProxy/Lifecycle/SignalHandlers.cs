using System.Runtime.InteropServices;

namespace MeshProxy.Lifecycle;

/// <summary>
/// SIGTERM and SIGINT stop the sidecar, SIGHUP makes it read its configuration again. Made first of all: a signal that comes while the
/// sidecar starts is then an orderly stop too.
/// </summary>
/// <remarks>
/// Not one that comes in the first 30 to 50 ms, before there is managed code to run. As process 1 of a container the process has no default
/// actions (pid_namespaces(7)), and the runtime's own handler, which is there after some 10 ms, does nothing yet: such a SIGTERM is lost,
/// and the kubelet ends the container with SIGKILL when the grace is over.
/// </remarks>
internal sealed class SignalHandlers : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;

    public SignalHandlers(StopRequest stop) => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, () => stop.Signal("SIGTERM"))),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, () => stop.Signal("SIGINT"))),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Handle(context, () => OnHangUp?.Invoke())),
    ];

    public Action? OnHangUp { get; set; }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }

    private static void Handle(PosixSignalContext context, Action action)
    {
        // Else the runtime ends the process after the handler.
        context.Cancel = true;
        action();
    }
}
