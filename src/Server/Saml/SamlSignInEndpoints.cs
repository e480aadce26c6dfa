using Microsoft.AspNetCore.Mvc;
using Server.Auth;
using Server.Console;
using Server.Http;

namespace Server.Saml;

/// <summary>What browsers and identity providers open. Identity providers know these addresses; they are as Pulumi Cloud's are.</summary>
public static class SamlSignInEndpoints
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>How many sign-ins a network may begin in five minutes: each is a row.</summary>
    private const int MostBegun = 300;

    public static void AddSaml(this IServiceCollection services)
    {
        services.AddSingleton<SamlStore>();
        services.AddSingleton<ManagedAccounts>();
        services.AddSingleton<SamlExchange>();
        services.AddSingleton<SamlBrowser>();
        services.AddSingleton<SamlArrivals>();
        services.AddSingleton<SamlBoundTokens>();
        services.AddSingleton<SamlSettings>();
        services.AddSingleton(new SamlThrottle(new Throttle(MostBegun, Window)));
    }

    public static void MapSamlSignIn(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                ServiceProvider.Route,
                (HttpContext http, string organization, string? returnUrl) => Begin(http, organization, returnUrl)
            )
            .AllowAnonymous();
        routes
            .MapGet(
                "/signin/sso/{organization}/reauth",
                (HttpContext http, string organization) => Begin(http, organization, null, again: true)
            )
            .AllowAnonymous();
        routes.MapGet(ServiceProvider.Route + "/metadata", Metadata).AllowAnonymous();
        routes.MapPost(ServiceProvider.Route + "/acs", Receive).AllowAnonymous().DisableAntiforgery();
        routes.MapGet(ServiceProvider.Route + "/complete", Complete).AllowAnonymous();
    }

    private static async Task<IResult> Metadata(string organization, SamlStore store, SamlExchange exchange, CancellationToken ct)
    {
        if (await store.Find(organization, ct) is not { Metadata.Length: > 0 } setup)
        {
            return Results.NotFound();
        }
        return Results.Text(exchange.Ours(setup).Metadata(setup.Provider().NameIdFormat), "application/samlmetadata+xml");
    }

    private static Task<IResult> Begin(HttpContext http, string organization, string? returnUrl, bool again = false) =>
        With(
            http,
            organization,
            async setup =>
            {
                if (!http.RequestServices.GetRequiredService<SamlThrottle>().Begun.Count(http))
                {
                    return Results.StatusCode(StatusCodes.Status429TooManyRequests);
                }
                var back = LocalPath.Or(returnUrl, "/" + setup.Login);
                var exchange = http.RequestServices.GetRequiredService<SamlExchange>();
                return Results.Redirect(
                    await exchange.Begin(setup, SamlBrowser.Mark(http), back, testOf: null, again, http.RequestAborted)
                );
            }
        );

    private static Task<IResult> Receive(HttpContext http, string organization, SamlExchange exchange, SamlBrowser browser) =>
        With(
            http,
            organization,
            async setup =>
            {
                var form = http.Request.HasFormContentType
                    ? await http.Request.ReadFormAsync(http.RequestAborted)
                    : throw new SamlException("It did not come as a form.");
                var code = await exchange.Receive(setup, form["SAMLResponse"].ToString(), form["RelayState"], http.RequestAborted);
                return Results.Redirect(browser.At(setup, "complete", "code=" + code.Reveal()));
            }
        );

    private static Task<IResult> Complete(
        HttpContext http,
        string organization,
        [FromQuery] string code,
        SamlStore store,
        SamlBrowser browser,
        SamlArrivals arrivals,
        Flash flash
    ) =>
        With(
            http,
            organization,
            async setup =>
            {
                var signIn =
                    await store.FindAnswered(setup.OrganizationId, new Secret(code), http.RequestAborted)
                    ?? throw new SamlException("It was used before, or is too old.");
                if (signIn.BrowserHash is not null && !signIn.IsOf(SamlBrowser.Cookie(http)))
                {
                    throw new SamlException("It was asked for by another browser.");
                }
                if (signIn.TestOf is { } tester)
                {
                    flash.Put(http, SamlTest.Name, SamlTest.Describe(signIn.Vouched()));
                    return tester == http.CallerOrNull()?.AccountId ? Results.Redirect(signIn.ReturnPath) : Results.NotFound();
                }
                return signIn.BrowserHash is null || await arrivals.Arrive(http, setup, signIn) == Arrival.MustLink
                    ? Results.Redirect(browser.At(setup, "confirm", "code=" + code))
                    : Results.Redirect(signIn.ReturnPath);
            }
        );

    /// <summary>A refusal is a page that says why, with nothing kept. An organization without an identity provider is none to a stranger.</summary>
    private static async Task<IResult> With(HttpContext http, string organization, Func<SamlSetup, Task<IResult>> act)
    {
        var store = http.RequestServices.GetRequiredService<SamlStore>();
        if (await store.Find(organization, http.RequestAborted) is not { Metadata.Length: > 0 } setup)
        {
            return Results.NotFound();
        }
        try
        {
            return await act(setup);
        }
        catch (SamlException refused)
        {
            Log(http).LogWarning("SAML sign-in to {Organization} was refused: {Reason}", setup.Login, refused.Message);
            return Results.Redirect(http.RequestServices.GetRequiredService<SamlBrowser>().Refused(setup, refused.Message));
        }
    }

    private static ILogger Log(HttpContext http) => http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Server.Saml");
}

/// <summary>Of how many sign-ins a network has begun.</summary>
public sealed record SamlThrottle(Throttle Begun);
