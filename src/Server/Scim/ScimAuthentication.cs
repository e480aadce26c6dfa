using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Server.Auth;

namespace Server.Scim;

/// <summary>The organization whose directory calls.</summary>
public sealed record ScimCaller
{
    public required string TokenId { get; init; }
    public required string OrganizationId { get; init; }
    public required string Login { get; init; }

    /// <summary>Who made the token; what the directory does is done for him.</summary>
    public required string CreatedBy { get; init; }
    public long LastUsedMs { get; init; }

    /// <summary>Lets an endpoint take one as parameter.</summary>
    public static ValueTask<ScimCaller?> BindAsync(HttpContext http) => new(http.Features.Get<ScimCaller>());
}

/// <summary>Reads <c>Authorization: Bearer</c> with an organization's SCIM token, which opens that organization's addresses below <c>/scim</c> and nothing else.</summary>
public sealed class ScimAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory log,
    UrlEncoder encoder,
    ScimTokenStore tokens
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string SchemeName = "scim";

    /// <summary>The route parameter that holds the organization's login.</summary>
    public const string Organization = "organization";

    public static readonly AuthorizationPolicy Directory = new AuthorizationPolicyBuilder(SchemeName).RequireAuthenticatedUser().Build();

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (
            !AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            || header.Parameter is not { Length: > 0 } value
            || Request.RouteValues[Organization] is not string organization
        )
        {
            return AuthenticateResult.NoResult();
        }
        if (await tokens.Use(new Secret(value), organization, Context.RequestAborted) is not { } caller)
        {
            return AuthenticateResult.Fail("Unknown or replaced token.");
        }
        Context.Features.Set(caller);
        return AuthenticateResult.Success(
            new(new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, caller.TokenId)], SchemeName)), SchemeName)
        );
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer realm=\"scim\"";
        return Task.CompletedTask;
    }
}
