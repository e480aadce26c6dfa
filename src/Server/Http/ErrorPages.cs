using Microsoft.AspNetCore.Diagnostics;

namespace Server.Http;

/// <summary>Errors outside the API are a page that says what happened and what to do.</summary>
public static class ErrorPages
{
    private const string Page = "/error";

    // In a scope of its own: the page that failed has used up this one's services.
    public static IApplicationBuilder UseErrorPages(this IApplicationBuilder app) =>
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = Page, CreateScopeForErrors = true })
            .UseStatusCodePagesWithReExecute(Page, createScopeForStatusCodePages: true)
            .Use(ReadErrorPage);

    /// <summary>The error page is read, however the request that failed was sent; its form is not for this page.</summary>
    private static Task ReadErrorPage(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<IStatusCodeReExecuteFeature>() is not null || http.Features.Get<IExceptionHandlerFeature>() is not null)
        {
            http.Request.Method = HttpMethods.Get;
        }
        return next(http);
    }
}
