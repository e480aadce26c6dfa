using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Server.Auth;
using Server.Http;
using Server.Settings;

namespace Server.Federation;

/// <summary>The way out to a provider and the way back in.</summary>
public static class FederationEndpoints
{
    private const string Provider = "provider";
    private const string Linking = "linking";

    public static void MapFederation(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signin/with/{name}", Leave).AllowAnonymous();
        routes.MapGet("/signin/with/{name}/done", ComeBack).AllowAnonymous();
    }

    /// <summary>What the page of linked identities puts in its links: proof that the person clicked there, in this very session.</summary>
    public static string LinkProof(IDataProtectionProvider protection, HttpContext http) =>
        LinkSeal(protection).Protect(http.Caller().SessionId!, TimeSpan.FromMinutes(10));

    private static IResult Leave(
        string name,
        string? returnUrl,
        string? link,
        HttpContext http,
        ServerSettings settings,
        IDataProtectionProvider protection
    )
    {
        if (Find(settings, name) is not { } provider)
        {
            return Results.NotFound();
        }
        var properties = new AuthenticationProperties { RedirectUri = $"/signin/with/{provider.Name}/done" };
        properties.Items["back"] = LocalPath.Or(returnUrl, "/");
        properties.Items[Provider] = provider.Name;
        if (link is not null)
        {
            if (http.CallerOrNull()?.SessionId is not { } session || !Opens(protection, link, session))
            {
                return Results.Redirect("/user/settings/identities");
            }
            properties.Items[Linking] = session;
        }
        return Results.Challenge(properties, [provider.Scheme]);
    }

    private static async Task<IResult> ComeBack(string name, HttpContext http, ServerSettings settings, FederatedSignIn signIn)
    {
        var external = await http.AuthenticateAsync(FederationServices.ExternalScheme);
        await http.SignOutAsync(FederationServices.ExternalScheme);
        if (
            Find(settings, name) is not { } provider
            || external is not { Succeeded: true, Principal: { } principal, Properties: { } properties }
            || properties.Items[Provider] != provider.Name
            || ExternalPerson.Of(principal, provider) is not { } person
        )
        {
            return Results.Redirect(SignInProblem.Page(SignInProblem.Refused));
        }
        if (properties.Items.TryGetValue(Linking, out var session))
        {
            var linked = http.CallerOrNull()?.SessionId == session && await signIn.Link(http, person);
            return Results.Redirect("/user/settings/identities" + (linked ? "" : "?problem=taken"));
        }
        return Results.Redirect(await signIn.Finish(http, person, LocalPath.Or(properties.Items["back"], "/")));
    }

    private static IdentityProvider? Find(ServerSettings settings, string name) =>
        settings.Federation.Providers.FirstOrDefault(p => p.Name == name);

    private static bool Opens(IDataProtectionProvider protection, string link, string session)
    {
        try
        {
            return LinkSeal(protection).Unprotect(link) == session;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return false;
        }
    }

    private static ITimeLimitedDataProtector LinkSeal(IDataProtectionProvider protection) =>
        protection.CreateProtector("link-identity").ToTimeLimitedDataProtector();
}
