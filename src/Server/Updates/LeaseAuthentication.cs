using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Server.Auth;

namespace Server.Updates;

/// <summary>
/// Reads <c>Authorization: update-token …</c>. It asks no store: whatever is done with the lease proves it in the same unit of work, so that a
/// write that was let in cannot lose its right before it is written.
/// </summary>
public sealed class LeaseAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string Name = "update-token";

    private static readonly AuthenticationTicket Ticket = new(new(new ClaimsIdentity(Name)), Name);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var given = Request.Headers.Authorization.ToString();
        if (!given.StartsWith(Name + " ", StringComparison.OrdinalIgnoreCase))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }
        var value = given[(Name.Length + 1)..].Trim();
        if (!Lease.LooksLikeOne(value))
        {
            return Task.FromResult(AuthenticateResult.Fail("Unknown update token."));
        }
        Context.Features.Set(new Lease(new Secret(value)));
        return Task.FromResult(AuthenticateResult.Success(Ticket));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = Name;
        return Task.CompletedTask;
    }
}

public static class LeaseAccess
{
    private static readonly AuthorizationPolicy Holder = new AuthorizationPolicyBuilder(LeaseAuthentication.Name)
        .RequireAuthenticatedUser()
        .Build();

    /// <summary>Whoever has the lease of the update in the address. The store checks it with the write.</summary>
    public static RouteHandlerBuilder RequireLease(this RouteHandlerBuilder endpoint) =>
        endpoint.RequireAuthorization(Holder).WithMetadata(new LeaseHoldersOnly());

    public static Lease Lease(this HttpContext http) => http.Features.Get<Lease>()!;

    public sealed record LeaseHoldersOnly;
}
