using System.Net;
using Server.Settings;

namespace Server.Http;

/// <summary>
/// A server that listens on loopback only answers only to names of its own. Otherwise a page on the internet whose name is made to point to
/// 127.0.0.1 (DNS rebinding) could talk to it through the browser of whoever runs it.
/// </summary>
public static class HostNames
{
    public static IApplicationBuilder UseHostNames(this IApplicationBuilder app, ServerSettings settings)
    {
        if (!settings.Listen.All(l => l.IsLoopback))
        {
            return app;
        }
        var own = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "localhost", settings.PublicUrl.Host, settings.ConsoleUrl.Host };
        return app.Use(
            (http, next) =>
            {
                var host = http.Request.Host.Host;
                return own.Contains(host) || IsLoopback(host) ? next(http) : Refuse(http, host);
            }
        );
    }

    private static bool IsLoopback(string host) =>
        host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static Task Refuse(HttpContext http, string host)
    {
        var message =
            $"This Holdfast listens on loopback and does not answer to the name '{host}'. If it should, start it with --public-url and --console-url.";
        if (http.IsApi())
        {
            throw new Auth.ApiException(StatusCodes.Status421MisdirectedRequest, message);
        }
        http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(message + "\n");
    }
}
