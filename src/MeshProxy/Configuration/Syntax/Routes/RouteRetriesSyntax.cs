using MeshProxy.DataPlane.Settings;
using Field = MeshProxy.Configuration.Syntax.ObjectField<MeshProxy.DataPlane.Settings.RouteRetries>;

namespace MeshProxy.Configuration.Syntax.Routes;

/// <summary>When a request is sent again.</summary>
internal static class RouteRetriesSyntax
{
    public static readonly ObjectSyntax<RouteRetries> Syntax = new(
        RouteRetries.Default,
        Field.Of("limit", new IntegerSyntax(0, 10), "Further tries. Default 1.",
            r => r.Limit, (r, v) => r with { Limit = v }),
        Field.Of("methods", new ListSyntax<string>(RouteTexts.Method),
            "That may be repeated after they may have arrived. Default: the idempotent ones.",
            r => r.Methods, (r, v) => r with { Methods = v }),
        Field.Of("statuses", new ListSyntax<int>(new IntegerSyntax(400, 599)), "Responses that are repeated, for those methods.",
            r => r.Statuses, (r, v) => r with { Statuses = v }),
        Field.Of("grpcStatuses", new ListSyntax<int>(new IntegerSyntax(1, 16)), "gRPC statuses without a message that are repeated.",
            r => r.GrpcStatuses, (r, v) => r with { GrpcStatuses = v }),
        Field.Of("perTryTimeout", RouteTexts.Duration, "To a response's head. 0 is never.",
            r => r.PerTryTimeout, (r, v) => r with { PerTryTimeout = v }),
        Field.Of("backoff", RouteTexts.Pause, "Before the first repetition, times a random part; doubled for each further one.",
            r => r.Backoff, (r, v) => r with { Backoff = v }),
        Field.Of("maxBackoff", RouteTexts.Pause, "The longest.",
            r => r.MaxBackoff, (r, v) => r with { MaxBackoff = v }),
        Field.Of("budgetPercent", new IntegerSyntax(0, 1000), "Repetitions per hundred requests of the last 10 s. Default 20.",
            r => r.BudgetPercent, (r, v) => r with { BudgetPercent = v }),
        Field.Of("budgetFloor", new IntegerSyntax(0, 100_000), "Repetitions per second in any case. Default 10.",
            r => r.BudgetFloor, (r, v) => r with { BudgetFloor = v }),
        Field.Of("bodyBytes", new IntegerSyntax(0, 1 << 20), "Of a body that is kept for a repetition. Default 65536.",
            r => r.BodyBytes, (r, v) => r with { BodyBytes = v }));
}
