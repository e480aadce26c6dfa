using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Server.Auth;

namespace Server.Http;

/// <summary>Errors outside the API are a page that says what happened and what to do.</summary>
public static class ErrorPages
{
    private const string Page = "/error";

    // In a scope of its own: the page that failed has used up this one's services.
    public static IApplicationBuilder UseErrorPages(this IApplicationBuilder app) =>
        app.UseExceptionHandler(
                new ExceptionHandlerOptions
                {
                    ExceptionHandlingPath = Page,
                    CreateScopeForErrors = true,
                    StatusCodeSelector = failure => (failure as ApiException)?.Status ?? StatusCodes.Status500InternalServerError,
                    SuppressDiagnosticsCallback = failed => failed.Exception is ApiException, // the visitor is told, the log need not be
                }
            )
            .UseStatusCodePagesWithReExecute(Page, createScopeForStatusCodePages: true)
            .Use(ReadErrorPage);

    private static async Task ReadErrorPage(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<IStatusCodeReExecuteFeature>() is not null || http.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            http.Request.Method = HttpMethods.Get; // the error page is read, however the request that failed was sent
        }
        await next(http);
        if (
            http.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false }
            && http.Response is { StatusCode: 400, HasStarted: false }
        )
        {
            http.Response.ContentType = null; // a refused form has announced HTML but has none
        }
    }
}
