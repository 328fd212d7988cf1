using System.Diagnostics.CodeAnalysis;

namespace MeshProxy.Kubernetes.Api;

/// <summary>An answer of the API server, or why there is none.</summary>
public readonly record struct ApiResult<T>
    where T : class
{
    private ApiResult(T? value, ApiFailure? failure) => (Value, Failure) = (value, failure);

    public T? Value { get; }

    public ApiFailure? Failure { get; }

    public static implicit operator ApiResult<T>(T value) => new(value, null);

    public static implicit operator ApiResult<T>(ApiFailure failure) => new(null, failure);

    public bool Has([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ApiFailure? failure)
    {
        (value, failure) = (Value, Failure);
        return value is not null;
    }
}
