using Server.Auth;
using Server.Http;
using Server.Organizations;
using Wire;

namespace Server.Saml;

/// <summary>
/// Where an organization wishes it, access tokens of people who sign in with SAML reach it only while such a sign-in is good. The answer is the one by
/// which command lines send people to the identity provider.
/// </summary>
public sealed class SamlBoundTokens(SamlStore store, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private (HashSet<string> Logins, DateTimeOffset Since) _known = ([], DateTimeOffset.MinValue);

    public async Task<bool> MustSignIn(Caller caller, string organization, CancellationToken ct) =>
        await Binds(organization, ct) && await store.HasNoSession(caller.AccountId, organization, ct);

    /// <summary>What is known of the settings is asked for anew.</summary>
    public void Forget() => _known = ([], DateTimeOffset.MinValue);

    // Nearly no organization does; those that do are not asked for on every request.
    private async Task<bool> Binds(string organization, CancellationToken ct)
    {
        if (clock.GetUtcNow() - _known.Since is var age && (age > Fresh || age < TimeSpan.Zero))
        {
            _known = ([.. await store.BindingTokens(ct)], clock.GetUtcNow());
        }
        return _known.Logins.Contains(organization.ToLowerInvariant());
    }
}

public static class SamlBoundTokensExtensions
{
    /// <summary>Comes after authorization, which finds out who calls.</summary>
    public static IApplicationBuilder UseSamlBoundTokens(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                if (
                    http.IsApi()
                    && http.CallerOrNull() is { TokenId: not null } caller
                    && http.GetRouteValue(OrganizationAccess.RouteParameter) is string organization
                    && await http
                        .RequestServices.GetRequiredService<SamlBoundTokens>()
                        .MustSignIn(caller, organization, http.RequestAborted)
                )
                {
                    await Refuse(http, organization);
                    return;
                }
                await next(http);
            }
        );

    private static Task Refuse(HttpContext http, string organization)
    {
        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        var text = $"Unauthorized: Your SAML sign-in to '{organization}' is over. Sign in again in the console.";
        return http.Response.WriteAsJsonAsync(
            new ErrorResponse(401, text) { Errors = [new("organization", "saml_reauth_required") { Attribute = organization }] },
            WireJson.Default.ErrorResponse
        );
    }
}
