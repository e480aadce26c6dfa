using System.Collections.Concurrent;
using Microsoft.AspNetCore.Diagnostics;
using Server.Auth;

namespace Server.Http;

/// <summary>
/// Who was refused what, for whoever looks for an attack: a 403, and a 401 for a token that is not good. One line a minute for the same caller and route, with
/// how many were left out before; never what was sent.
/// </summary>
public sealed class RefusalLog(ILogger<RefusalLog> log, TimeProvider clock)
{
    /// <summary>So many are remembered; then all are forgotten, which costs a line each.</summary>
    private const int Most = 10_000;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Who, string Route, int Status), Told> _told = [];

    /// <param name="why">What the caller was told; null where that was nothing.</param>
    public void Note(HttpContext http, int status, string? why)
    {
        if (
            status != StatusCodes.Status403Forbidden
            && !(status == StatusCodes.Status401Unauthorized && http.Request.Headers.Authorization.Count > 0)
        )
        {
            return;
        }
        var who = http.CallerOrNull()?.Login ?? http.ClientAddress();
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "no route";
        if (_told.Count >= Most)
        {
            _told.Clear();
        }
        var now = clock.GetUtcNow();
        var told = _told.GetOrAdd((who, route, status), _ => new());
        if (told.Take(now) is { } leftOut)
        {
            log.LogInformation(
                "Refused {Who} {Method} {Route}: {Status} {Why}{LeftOut}",
                who,
                http.Request.Method,
                route,
                status,
                why ?? "",
                leftOut > 0 ? $" ({leftOut} more since the last line)" : ""
            );
        }
    }

    private sealed class Told
    {
        private readonly Lock _lock = new();
        private DateTimeOffset _last = DateTimeOffset.MinValue;
        private long _leftOut;

        /// <returns>How many were left out before, if it is time for a line; else null.</returns>
        public long? Take(DateTimeOffset now)
        {
            lock (_lock)
            {
                if (now - _last < Pause)
                {
                    _leftOut++;
                    return null;
                }
                (var before, _leftOut, _last) = (_leftOut, 0, now);
                return before;
            }
        }
    }
}

public static class RefusalLogExtensions
{
    public static IApplicationBuilder UseRefusalLog(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                if (
                    http.Features.Get<IExceptionHandlerFeature>() is not null
                    || http.Features.Get<IStatusCodeReExecuteFeature>() is not null
                )
                {
                    await next(http); // the error page about a refusal that was noted
                    return;
                }
                var log = http.RequestServices.GetRequiredService<RefusalLog>();
                try
                {
                    await next(http);
                }
                catch (ApiException refused)
                {
                    log.Note(http, refused.Status, refused.Sentence);
                    throw;
                }
                log.Note(http, http.Response.StatusCode, why: null);
            }
        );
}
