namespace MeshProxy.PodTests.Support.Processes;

/// <summary>Numbers of signal(7), the same on x64 and arm64.</summary>
internal enum Signal
{
    HangUp = 1,
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
