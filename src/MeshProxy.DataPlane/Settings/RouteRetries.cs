using System.Collections.Immutable;

namespace MeshProxy.DataPlane.Settings;

/// <summary>When a request is sent again, to another address where there is one.</summary>
/// <param name="Limit">Further tries. Default 1; 0 is none.</param>
/// <param name="Methods">
/// Methods that may be repeated after they may have arrived. Default: the idempotent ones (RFC 9110 §9.2.2). A request of which no byte
/// was sent is repeated whatever its method.
/// </param>
/// <param name="Statuses">Responses that are repeated, for those methods. Default none.</param>
/// <param name="GrpcStatuses">gRPC statuses without a message that are repeated, whatever the method. Default none.</param>
/// <param name="PerTryTimeout">To the response's head. Default 0, never.</param>
/// <param name="Backoff">
/// Before the first repetition; doubled for each further one, up to <paramref name="MaxBackoff"/>, times a random part. Default 25 ms.
/// </param>
/// <param name="MaxBackoff">Default 250 ms.</param>
/// <param name="BudgetPercent">Repetitions allowed per hundred requests of the last 10 s. Default 20.</param>
/// <param name="BudgetFloor">Repetitions allowed per second in any case. Default 10.</param>
/// <param name="BodyBytes">How much of a request's body is kept for a repetition; a longer one is not repeated. Default 64 KiB.</param>
public sealed record RouteRetries(
    int Limit,
    ImmutableArray<string> Methods,
    ImmutableArray<int> Statuses,
    ImmutableArray<int> GrpcStatuses,
    TimeSpan PerTryTimeout,
    TimeSpan Backoff,
    TimeSpan MaxBackoff,
    int BudgetPercent,
    int BudgetFloor,
    int BodyBytes)
{
    public static RouteRetries Default { get; } = new(
        1, ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"], [], [], TimeSpan.Zero,
        TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(250), 20, 10, 64 * 1024);
}
