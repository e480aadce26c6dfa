using System.Security.Cryptography;
using System.Text;
using Server.Accounts;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Http;
using Server.OAuth;
using Server.Organizations;
using Server.Roles;
using Server.Tokens;
using Wire;

namespace Server.Oidc;

/// <summary>
/// Token exchange (RFC 8693): a token of an identity provider that an organization has registered becomes an access token of ours, as far as the
/// organization's rules say. The answer to a token that is not taken says why; whose issuers an organization has, and that there is one, it does not say.
/// </summary>
public sealed class TokenExchange(
    IssuerStore issuers,
    TokenCheck check,
    OrganizationStore organizations,
    AccountStore accounts,
    TokenStore tokens,
    ServiceAccountStore services,
    RoleStore roles,
    AuditStore audit,
    Database database,
    ExchangeThrottle throttle,
    TimeProvider clock
)
{
    public const string GrantType = TokenEndpoint.Exchange;
    private const string IdToken = "urn:ietf:params:oauth:token-type:id_token";
    private const string OurTokens = "urn:pulumi:token-type:access_token:";
    private const long UsualSeconds = 7200;

    public async Task<IResult> Answer(HttpContext http, OAuthForm form, CancellationToken ct)
    {
        if (throttle.IsClosed(http))
        {
            return OAuthForm.Refuse(
                "invalid_request",
                "Too many tokens were refused. Wait five minutes.",
                StatusCodes.Status429TooManyRequests
            );
        }
        try
        {
            return await Exchange(http, Request.From(form), ct);
        }
        catch (RefusedExchangeException refused)
        {
            _ = refused.Counts && throttle.Count(http);
            return OAuthForm.Refuse(refused.Error, refused.Message);
        }
        catch (RefusedTokenException refused)
        {
            throttle.Count(http);
            return OAuthForm.Refuse("invalid_grant", $"The subject token is not taken: {refused.Message}.");
        }
        catch (DiscoveryException problem)
        {
            return OAuthForm.Refuse("invalid_grant", "The issuer of the subject token " + problem.Message);
        }
    }

    private async Task<IResult> Exchange(HttpContext http, Request request, CancellationToken ct)
    {
        var token =
            TokenCheck.Read(request.SubjectToken)
            ?? throw new RefusedExchangeException("invalid_request", "subject_token is not a signed JWT.");
        var issuer =
            await issuers.FindByName(request.Organization, token.Issuer, ct)
            ?? throw new RefusedExchangeException(
                "invalid_grant",
                $"'{request.Organization}' has no OIDC issuer '{token.Issuer}'. An administrator registers it under Settings, OIDC issuers."
            );
        var subject = await check.Check(token, issuer, ct);
        var wish = request.Wish;
        var policies = Policies.Read(issuer);
        var forUs = subject.Audiences.Contains(request.Audience);
        var (rule, reason) = AuthPolicy.Decide(policies, wish, subject.Claims, forUs);
        if (rule is null)
        {
            await Note(
                issuer,
                http,
                AuditEvent.OidcIssuerValidationFailed,
                $"A token of '{subject.Subject}' for {Named(wish)} was refused: {reason}",
                ct
            );
            throw new RefusedExchangeException(
                "invalid_grant",
                $"The rules of the issuer '{issuer.Name}' give no {Named(wish)}: {reason}."
            );
        }
        var seconds = Math.Min(request.Seconds, issuer.MaxExpiration);
        var made = await Make(http, issuer, wish, rule, subject, seconds, request.SubjectToken, ct);
        return Results.Json(
            new TokenGrant(made.Reveal(), OurTokens + wish.Type, "token", seconds, request.Scope, RefreshToken: null),
            OAuthJson.Default.TokenGrant
        );
    }

    private async Task<Secret> Make(
        HttpContext http,
        Issuer issuer,
        Wish wish,
        AuthPolicyDefinition rule,
        SubjectToken subject,
        long seconds,
        string text,
        CancellationToken ct
    )
    {
        var organization = (await organizations.FindById(issuer.OrganizationId, ct))!;
        var owner = await OwnerOf(organization, wish, ct);
        if (
            rule.RoleId is { Length: > 0 } role
            && wish is { Type: AuthPolicy.Organization, Admin: false }
            && !await roles.Exists(organization.Id, role, ct)
        )
        {
            throw new RefusedExchangeException(
                "invalid_grant",
                $"The rule gives the role '{role}', which '{organization.Login}' has no more."
            );
        }
        var person = wish.Type == AuthPolicy.Personal ? await Person(organization, wish.Target, ct) : null;
        var expiresMs = clock.GetUtcNow().ToUnixTimeMilliseconds() + seconds * 1000;
        // A token without an id is known by all of itself.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(subject.Id ?? text));
        return await database.Write(
            async transaction =>
            {
                if (!await issuers.Spend(transaction, issuer, hash, subject.ExpiresMs))
                {
                    throw new RefusedTokenException("it has been exchanged before. Get a new one for each exchange");
                }
                var account = person?.Id ?? await services.FindOrAdd(transaction, ServiceOf(issuer, owner, wish, rule));
                var (id, secret) = await tokens.CreateExchanged(
                    transaction,
                    new(account, $"OIDC: {issuer.Name}, {subject.Subject}", expiresMs)
                    {
                        ServiceAccountId = person is null ? account : null,
                        Limits = person is null ? Limits.None : new() { OrganizationId = organization.Id },
                    },
                    issuer.Id
                );
                await audit.Add(
                    transaction,
                    new(account, id, http.ClientAddress()),
                    organization.Id,
                    EventOf(wish),
                    $"'{subject.Subject}' of the OIDC issuer '{issuer.Name}' got {Named(wish)} for {seconds} seconds ({id}).",
                    stackId: null
                );
                return secret;
            },
            ct
        );
    }

    private async Task<TokenOwner> OwnerOf(Organization organization, Wish wish, CancellationToken ct)
    {
        if (wish.Type != AuthPolicy.Team)
        {
            return new(organization.Id, organization.Login, TeamId: null, Team: null);
        }
        var team = await organizations.TeamNamed(organization.Id, wish.Target, ct);
        return team is null
            ? throw new RefusedExchangeException("invalid_scope", $"'{organization.Login}' has no team '{wish.Target}'.")
            : new(organization.Id, organization.Login, team, wish.Target);
    }

    private async Task<Account> Person(Organization organization, string login, CancellationToken ct) =>
        await accounts.FindByLogin(login, ct) is { } account
        && !login.Contains('/', StringComparison.Ordinal)
        && await organizations.Find(account.Id, organization.Login, ct) is not null
            ? account
            : throw new RefusedExchangeException("invalid_scope", $"'{organization.Login}' has no member '{login}'.");

    private static ServiceAccount ServiceOf(Issuer issuer, TokenOwner owner, Wish wish, AuthPolicyDefinition rule)
    {
        var role = wish.Admin ? "admin" : "member";
        var custom = wish.Admin || owner.TeamId is not null ? null : rule.RoleId;
        return new(
            owner,
            $"oidc/{issuer.Name}" + (owner.Team is { } team ? "/" + team : ""),
            $"oidc/{issuer.Id}/{owner.TeamId}/{role}/{custom}"
        )
        {
            Role = role,
            RoleId = custom,
            IssuerId = issuer.Id,
            CreatedBy = issuer.Name,
        };
    }

    private Task Note(Issuer issuer, HttpContext http, string name, string what, CancellationToken ct) =>
        audit.Add(
            new("", null, http.ClientAddress()),
            issuer.OrganizationId,
            name,
            $"{what} (OIDC issuer '{issuer.Name}').",
            stackId: null,
            ct
        );

    private static string Named(Wish wish) =>
        wish.Type switch
        {
            AuthPolicy.Team => $"token of the team '{wish.Target}'",
            AuthPolicy.Personal => $"token of the user '{wish.Target}'",
            _ => wish.Admin ? "administrator's token of the organization" : "token of the organization",
        };

    private static string EventOf(Wish wish) =>
        wish.Type switch
        {
            AuthPolicy.Team => AuditEvent.TeamTokenExchanged,
            AuthPolicy.Personal => AuditEvent.PersonalTokenExchanged,
            _ => AuditEvent.OrganizationTokenExchanged,
        };

    /// <summary>The fields of an exchange, checked.</summary>
    private sealed record Request(string Audience, string Organization, string SubjectToken, Wish Wish, string Scope, long Seconds)
    {
        private const string Organizations = "urn:pulumi:org:";

        public static Request From(OAuthForm form)
        {
            var (audience, scope) = (form["audience"] ?? "", form["scope"] ?? "");
            if (!audience.StartsWith(Organizations, StringComparison.Ordinal) || audience.Length == Organizations.Length)
            {
                throw new RefusedExchangeException("invalid_target", $"audience is {Organizations} and the name of an organization.");
            }
            if (form["subject_token_type"] != IdToken)
            {
                throw new RefusedExchangeException("invalid_request", $"subject_token_type is {IdToken}.");
            }
            var type = form["requested_token_type"] ?? "";
            if (!type.StartsWith(OurTokens, StringComparison.Ordinal))
            {
                throw new RefusedExchangeException(
                    "invalid_request",
                    $"requested_token_type is {OurTokens}organization, team or personal."
                );
            }
            return new(
                audience,
                audience[Organizations.Length..],
                form["subject_token"] ?? throw new RefusedExchangeException("invalid_request", "subject_token is missing."),
                WishOf(type[OurTokens.Length..], scope),
                scope,
                SecondsOf(form["expiration"])
            );
        }

        private static Wish WishOf(string type, string scope) =>
            (type, scope.Split(':', 2)) switch
            {
                (AuthPolicy.Organization, [""]) => new(type, "", Admin: false),
                (AuthPolicy.Organization, ["admin"]) => new(type, "", Admin: true),
                (AuthPolicy.Organization, _) => throw new RefusedExchangeException(
                    "invalid_scope",
                    "The scope of an organization's token is empty, or admin."
                ),
                (AuthPolicy.Team, ["team", { Length: > 0 } team]) => new(type, team, Admin: false),
                (AuthPolicy.Team, _) => throw new RefusedExchangeException("invalid_scope", "The scope of a team's token is team:NAME."),
                (AuthPolicy.Personal, ["user", { Length: > 0 } user]) => new(type, user, Admin: false),
                (AuthPolicy.Personal, _) => throw new RefusedExchangeException(
                    "invalid_scope",
                    "The scope of a personal token is user:LOGIN."
                ),
                ("runner", _) => throw new RefusedExchangeException(
                    "invalid_request",
                    "There are no deployment runners here, so there are no tokens for them."
                ),
                _ => throw new RefusedExchangeException(
                    "invalid_request",
                    $"requested_token_type is {OurTokens}organization, team or personal."
                ),
            };

        private static long SecondsOf(string? text) =>
            text is null ? UsualSeconds
            : long.TryParse(
                text,
                System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture,
                out var seconds
            )
            && seconds > 0
                ? seconds
            : throw new RefusedExchangeException("invalid_request", "expiration is a number of seconds, at least 1.", Counts: false);
    }

    /// <param name="Counts">Against an address that sends many such.</param>
    private sealed class RefusedExchangeException(string error, string message, bool Counts = true) : Exception(message)
    {
        /// <summary>A code of RFC 6749, 5.2, or RFC 8693, 2.2.2.</summary>
        public string Error { get; } = error;

        public bool Counts { get; } = Counts;
    }
}

/// <summary>Tokens that a network may have refused.</summary>
public sealed class ExchangeThrottle : IDisposable
{
    private readonly Throttle _throttle = new(permits: 60, TimeSpan.FromMinutes(5));

    public bool IsClosed(HttpContext http) => _throttle.IsClosed(http);

    public bool Count(HttpContext http) => _throttle.Count(http);

    public void Dispose() => _throttle.Dispose();
}
