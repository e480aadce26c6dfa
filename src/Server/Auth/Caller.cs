using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace Server.Auth;

/// <summary>The account behind this request, whatever it signed in with.</summary>
public sealed record Caller
{
    /// <summary>The claim of <see cref="SiteAdmin"/>, for policies.</summary>
    public const string SiteAdminRole = "site-admin";

    public required string AccountId { get; init; }
    public required string Login { get; init; }
    public required string Name { get; init; }
    public required string Email { get; init; }
    public required bool SiteAdmin { get; init; }

    /// <summary>The console session; null for an access token.</summary>
    public string? SessionId { get; init; }

    /// <summary>The access token; null for a session.</summary>
    public string? TokenId { get; init; }

    /// <summary>The name of a token of an organization or a team; null for a person's.</summary>
    public string? Machine { get; init; }

    public string? MachineOrganization { get; init; }
    public string? MachineTeam { get; init; }

    /// <summary>0 is never.</summary>
    public long TokenExpiresMs { get; init; }

    /// <summary>The token was exchanged, or belongs to a login that refreshes itself.</summary>
    public bool ShortLived { get; init; }

    /// <summary>What the token leaves out.</summary>
    public Limits Limits =>
        OnlyStackId is null && OnlyOrganizationId is null && !ReadOnly && !NoDecrypt
            ? Limits.None
            : new()
            {
                ReadOnly = ReadOnly,
                NoDecrypt = NoDecrypt,
                StackId = OnlyStackId,
                OrganizationId = OnlyOrganizationId,
            };

    /// <summary>What stands in the token's row; ask <see cref="Limits"/>.</summary>
    public bool ReadOnly { get; init; }

    /// <inheritdoc cref="ReadOnly"/>
    public bool NoDecrypt { get; init; }

    /// <inheritdoc cref="ReadOnly"/>
    public string? OnlyStackId { get; init; }

    /// <inheritdoc cref="ReadOnly"/>
    public string? OnlyOrganizationId { get; init; }

    /// <summary>When the store last knew that this session or token was used.</summary>
    public long LastUsedMs { get; init; }

    /// <summary>Lets an endpoint that requires a user take a <see cref="Caller"/> as parameter.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext http) => new(http.Caller());

    internal AuthenticateResult Authenticated(HttpContext http, string scheme)
    {
        http.Features.Set(this);
        var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, AccountId), new(ClaimTypes.Name, Login)], scheme);
        if (SiteAdmin)
        {
            identity.AddClaim(new(ClaimTypes.Role, SiteAdminRole));
        }
        return AuthenticateResult.Success(new(new ClaimsPrincipal(identity), scheme));
    }
}

public static class CallerExtensions
{
    /// <summary>For routes that require one.</summary>
    public static Caller Caller(this HttpContext http) =>
        http.CallerOrNull() ?? throw new InvalidOperationException($"{http.Request.Path} uses the caller but does not require one.");

    public static Caller? CallerOrNull(this HttpContext http) => http.Features.Get<Caller>();
}
