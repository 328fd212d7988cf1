using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using MeshProxy.DataPlane.Http.Observation;
using MeshProxy.Transport.Kestrel;
using MeshProxy.Transport.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MeshProxy.DataPlane.Routing;

/// <summary>
/// HTTP/1 requests that passed the gate and that Kestrel refuses all the same before a route is asked (<c>%00</c> in a path, a POST of
/// HTTP/1.0 without a length). They are answered, counted and logged as where HTTP is observed. Kestrel tells of them in its log alone
/// (ConnectionBadRequest, logged before its own answer is written), and takes no header for such an answer: ours goes in its place.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The factory behind is the server's, and outlives Kestrel.")]
internal sealed class RefusedRequests(DirectionRouting routing, ILoggerFactory loggers) : ILoggerFactory
{
    private const string Category = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";
    private const string Event = "ConnectionBadRequest";

    private readonly ConcurrentDictionary<string, ConnectionContext> _open = [];

    /// <summary>A part of each connection's pipeline: its log entry names a connection by its id alone.</summary>
    public ConnectionDelegate Follow(ConnectionDelegate next) => async connection =>
    {
        _open[connection.ConnectionId] = connection;
        try
        {
            await next(connection);
        }
        finally
        {
            _open.TryRemove(connection.ConnectionId, out _);
        }
    };

    public ILogger CreateLogger(string categoryName) =>
        categoryName == Category ? new Listener(this, loggers.CreateLogger(categoryName)) : loggers.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

    /// <summary>Kestrel does not dispose what it was given.</summary>
    public void Dispose() { }

    private void OnRefused(string connectionId, int status)
    {
        if (!_open.TryGetValue(connectionId, out var connection) || connection.Features.Get<RoutedConnection>() is not { } routed)
            return;
        if (connection.Features.Get<HandedOverContext>() is { } handedOver)
        {
            handedOver.EndReason = status == StatusCodes.Status408RequestTimeout
                ? CloseReason.RequestHeadTimeout
                : CloseReason.RequestRefused;
            handedOver.EndWith(ErrorAnswers.Http1(status, "request, refused"));
        }
        routing.Refused(connection.RemoteEndPoint is IPEndPoint client ? SocketEndpoint.From(client) : default, routed.Target, status);
    }

    private sealed class Listener(RefusedRequests refused, ILogger inner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == Event && exception is BadHttpRequestException bad && ConnectionIdOf(state) is { } id)
                refused.OnRefused(id, bad.StatusCode);
            if (inner.IsEnabled(logLevel))
                inner.Log(logLevel, eventId, state, exception, formatter);
        }

        private static string? ConnectionIdOf<TState>(TState state)
        {
            foreach (var (name, value) in state as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
            {
                if (name == "ConnectionId")
                    return value as string;
            }
            return null;
        }
    }
}
