namespace Server.Http;

/// <summary>What every answer carries: an id that ties it to the log, and what a browser may not do with it.</summary>
public static class ResponseHeaders
{
    public static IApplicationBuilder UseResponseHeaders(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
            {
                http.TraceIdentifier = Guid.CreateVersion7().ToString("n");
                http.Response.OnStarting(Add, http); // late, since error handling clears what was set before
                return next(http);
            }
        );

    /// <summary>Lets the forms of this page lead to further origins; Chromium applies the rule to the redirect after a form, too.</summary>
    public static void AllowFormTargets(this HttpContext http, params string[] origins) => http.Features.Set(new PageRules(origins));

    private static Task Add(object state)
    {
        var http = (HttpContext)state;
        var headers = http.Response.Headers;
        headers["X-Pulumi-Request-ID"] = http.TraceIdentifier;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (string.IsNullOrEmpty(headers.CacheControl))
        {
            headers.CacheControl = "no-store";
        }
        if (http.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        }
        headers.ContentSecurityPolicy = Policy(http.Features.Get<PageRules>()?.FormTargets ?? []);
        return Task.CompletedTask;
    }

    private static string Policy(string[] formTargets)
    {
        var targets = string.Concat(formTargets.Select(t => " " + t));
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            + $"connect-src 'self'{targets}; object-src 'none'; form-action 'self'{targets}; base-uri 'none'; frame-ancestors 'none'";
    }

    private sealed record PageRules(string[] FormTargets);
}
