namespace Server.Http;

/// <summary>Errors outside the API are a page that says what happened and what to do.</summary>
public static class ErrorPages
{
    private const string Page = "/error";

    // In a scope of its own: the page that failed has used up this one's services.
    public static IApplicationBuilder UseErrorPages(this IApplicationBuilder app) =>
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = Page, CreateScopeForErrors = true })
            .UseStatusCodePagesWithReExecute(Page, createScopeForStatusCodePages: true);
}
