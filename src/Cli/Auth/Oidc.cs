using System.CommandLine;
using System.Globalization;
using Cli.Api;
using Wire;

namespace Cli.Auth;

/// <summary>The --oidc-* flags of login.</summary>
internal sealed record OidcOptions(
    Option<string?> Token,
    Option<string?> Organization,
    Option<string?> Team,
    Option<string?> User,
    Option<string?> Expiration
)
{
    public IEnumerable<Option> All => [Token, Organization, Team, User, Expiration];

    public static OidcOptions Create() =>
        new(
            new("--oidc-token") { Description = "An OIDC token to exchange for an access token: the token itself, or file://PATH" },
            new("--oidc-org") { Description = "The organization to exchange it in" },
            new("--oidc-team") { Description = "Ask for a token of this team" },
            new("--oidc-user") { Description = "Ask for a personal token of this user" },
            new("--oidc-expiration") { Description = "How long the token should live, for instance 15m or 24h (default 2h)" }
        );

    public OidcWishes Read(ParseResult parse) =>
        new(Text(parse, Token), Text(parse, Organization), Text(parse, Team), Text(parse, User), Text(parse, Expiration));

    private static string? Text(ParseResult parse, Option<string?> option) => parse.GetValue(option) is { Length: > 0 } text ? text : null;
}

internal sealed record OidcWishes(string? Token, string? Organization, string? Team, string? User, string? Expiration)
{
    public bool AnyGiven => Token is not null || Organization is not null || Team is not null || User is not null || Expiration is not null;
}

/// <summary>A mistake in the --oidc-* flags: told without the back end's name, which has nothing to do with it.</summary>
internal sealed class OidcArgumentException(string message) : UserErrorException("problem logging in: " + message);

/// <summary>Exchanges a token of another identity provider for an access token (RFC 8693).</summary>
internal sealed class OidcExchange(Session session, string url, Trust trust)
{
    public async Task<TokenGrant> Run(OidcWishes wishes, CancellationToken ct)
    {
        if (session.Machine.Variable("PULUMI_ACCESS_TOKEN") is not null)
        {
            throw new OidcArgumentException("cannot perform token exchange when an access token is set as environment variable");
        }
        var jwt = ReadToken(wishes.Token!);
        var claims = OidcClaims.Of(jwt);
        var organization = Agreed("org", wishes.Organization, claims.Organization, "aud claim organization");
        var team = Agreed("team", wishes.Team, claims.Team, "scope team");
        var user = Agreed("user", wishes.User, claims.User, "scope user");
        if (organization is null)
        {
            throw new OidcArgumentException("organization must be specified for token exchange");
        }
        if (team is not null && user is not null)
        {
            throw new OidcArgumentException("only one of team or user may be specified for token exchange");
        }
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "urn:ietf:params:oauth:grant-type:token-exchange",
            ["audience"] = "urn:pulumi:org:" + organization,
            ["subject_token_type"] = "urn:ietf:params:oauth:token-type:id_token",
            ["subject_token"] = jwt,
            ["requested_token_type"] =
                "urn:pulumi:token-type:access_token:"
                + (
                    team is not null ? "team"
                    : user is not null ? "personal"
                    : "organization"
                ),
            ["scope"] =
                team is not null ? "team:" + team
                : user is not null ? "user:" + user
                : "",
            ["expiration"] = Seconds(wishes.Expiration ?? "2h").ToString(CultureInfo.InvariantCulture),
        };
        try
        {
            using var client = new CloudClient(session, url, trust);
            return await client.Grant(form, repeat: true, ct);
        }
        catch (ApiException refused) when (refused.Status == 404 || OAuthServer.ErrorIn(refused) == "unsupported_grant_type")
        {
            throw new UserErrorException(
                $"OIDC token exchange failed: {url} offers no token exchange. Use an access token: set PULUMI_ACCESS_TOKEN, or pipe one into `pulumi login --token-stdin`"
            );
        }
        catch (ApiException refused)
        {
            throw new UserErrorException("OIDC token exchange failed: " + refused.Body);
        }
    }

    private string ReadToken(string given)
    {
        const string scheme = "file://";
        if (!given.StartsWith(scheme, StringComparison.Ordinal))
        {
            return LooksLikeJwt(given)
                ? given
                : throw new UserErrorException(
                    $"OIDC token exchange failed: Failed to read OIDC token: must be JWT or 'file://filepath'. Got '{given}'"
                );
        }
        var path = given[scheme.Length..];
        try
        {
            var text = File.ReadAllText(Path.GetFullPath(path, session.Machine.WorkingDirectory)).Trim();
            return text.Length == 0 ? throw new UserErrorException($"OIDC token exchange failed: file '{path}' is empty")
                : LooksLikeJwt(text) ? text
                : throw new UserErrorException($"OIDC token exchange failed: unexpected token format in file '{path}'");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"OIDC token exchange failed: reading token from file '{path}': {problem.Message}");
        }
    }

    private static bool LooksLikeJwt(string text) => text.StartsWith("eyJ", StringComparison.Ordinal);

    private static string? Agreed(string flag, string? wish, string? claim, string claimName) =>
        wish is not null && claim is not null && wish != claim
            ? throw new OidcArgumentException(
                $"--oidc-{flag} '{wish}' conflicts with JWT {claimName} '{claim}'. The JWT {claimName.Split(' ')[0]} claim takes precedence during token exchange. Either omit --oidc-{flag} to use the JWT value, or ensure they match"
            )
            : claim ?? wish;

    private static long Seconds(string text) =>
        GoDuration.Parse(text) is { } duration
            ? (long)duration.TotalSeconds
            : throw new OidcArgumentException(
                $"could not parse expiration duration: time: invalid duration \"{text}\"; write for instance 15m or 24h"
            );
}
