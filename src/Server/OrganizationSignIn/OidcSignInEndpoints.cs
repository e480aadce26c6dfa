using Server.Http;
using Server.Saml;

namespace Server.OrganizationSignIn;

/// <summary>What browsers open to sign in with an organization's OpenID Connect provider.</summary>
public static class OidcSignInEndpoints
{
    private const string Route = "/login/{organization}/sso/oidc";

    public static void AddOrganizationSignIn(this IServiceCollection services)
    {
        services.AddSingleton<SignInProviderStore>();
        services.AddSingleton<SignInSettings>();
        services.AddSingleton<OidcExchange>();
    }

    public static void MapOrganizationSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, Leave).AllowAnonymous();
        routes.MapGet(Route + "/callback", ComeBack).AllowAnonymous();
    }

    private static Task<IResult> Leave(
        HttpContext http,
        string organization,
        string? returnUrl,
        OidcExchange exchange,
        SamlThrottle throttle
    ) =>
        With(
            http,
            organization,
            async (setup, provider) =>
                throttle.Begun.Count(http)
                    ? Results.Redirect(
                        await exchange.Begin(
                            setup,
                            provider,
                            SamlBrowser.Mark(http),
                            LocalPath.Or(returnUrl, "/" + setup.Login),
                            http.RequestAborted
                        )
                    )
                    : Results.StatusCode(StatusCodes.Status429TooManyRequests)
        );

    private static Task<IResult> ComeBack(
        HttpContext http,
        string organization,
        OidcExchange exchange,
        SamlArrivals arrivals,
        SamlBrowser browser
    ) =>
        With(
            http,
            organization,
            async (setup, provider) =>
            {
                var query = http.Request.Query;
                if (query["error"].ToString().Length > 0)
                {
                    throw new SamlException("The provider has not signed you in.");
                }
                var (signIn, code) = await exchange.Receive(
                    setup,
                    provider,
                    SamlBrowser.Cookie(http),
                    query["code"].ToString(),
                    query["state"].ToString(),
                    query["iss"].ToString(),
                    http.RequestAborted
                );
                return await arrivals.Arrive(http, setup, signIn) == Arrival.MustLink
                    ? Results.Redirect(browser.At(setup, "confirm", "code=" + code.Reveal()))
                    : Results.Redirect(signIn.ReturnPath);
            }
        );

    /// <summary>A refusal is a page that says why. An organization without a provider is none to a stranger.</summary>
    private static async Task<IResult> With(HttpContext http, string organization, Func<SamlSetup, SignInProvider, Task<IResult>> act)
    {
        var services = http.RequestServices;
        if (
            await services.GetRequiredService<SamlStore>().Find(organization, http.RequestAborted) is not { } setup
            || await services.GetRequiredService<SignInProviderStore>().Find(setup.OrganizationId, http.RequestAborted) is not { } provider
        )
        {
            return Results.NotFound();
        }
        try
        {
            return await act(setup, provider);
        }
        catch (SamlException refused)
        {
            services
                .GetRequiredService<ILoggerFactory>()
                .CreateLogger("Server.OrganizationSignIn")
                .LogWarning("OpenID Connect sign-in to {Organization} was refused: {Reason}", setup.Login, refused.Message);
            return Results.Redirect(services.GetRequiredService<SamlBrowser>().Refused(setup, refused.Message, way: "oidc"));
        }
    }
}
