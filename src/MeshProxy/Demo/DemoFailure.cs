using MeshProxy.Commands;

namespace MeshProxy.Demo;

/// <summary>Why the demo cannot go on, in a line or two that a newcomer understands.</summary>
internal sealed class DemoFailure(ExitCode code, string message) : Exception(message)
{
    public ExitCode Code => code;
}
