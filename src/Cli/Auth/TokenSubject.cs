namespace Cli.Auth;

/// <summary>For whom a token is asked in an exchange.</summary>
/// <param name="Team">Empty unless a team's.</param>
/// <param name="User">Empty unless a person's.</param>
internal sealed record TokenSubject(string Organization, string Team, string User)
{
    public string Kind =>
        Team.Length > 0 ? "team"
        : User.Length > 0 ? "personal"
        : "organization";

    public string Scope =>
        Team.Length > 0 ? "team:" + Team
        : User.Length > 0 ? "user:" + User
        : "";

    /// <summary>The flags, completed by the JWT's claims. A flag that contradicts a claim is an error: the claim would win at the server.</summary>
    public static TokenSubject Of(OidcChoice choice, JwtClaims claims)
    {
        if (claims.Team.Length > 0 && claims.User.Length > 0)
        {
            throw new UserErrorException(
                $"JWT scope contains both team '{claims.Team}' and user '{claims.User}'. Only one of team or user may be specified for token exchange"
            );
        }
        var subject = new TokenSubject(
            Agree("oidc-org", choice.Organization, "aud claim organization", "aud", claims.Organization),
            Agree("oidc-team", choice.Team, "scope team", "scope", claims.Team),
            Agree("oidc-user", choice.User, "scope user", "scope", claims.User)
        );
        if (subject.Organization.Length == 0)
        {
            throw new UserErrorException("organization must be specified for token exchange");
        }
        return subject is { Team.Length: > 0, User.Length: > 0 }
            ? throw new UserErrorException("only one of team or user may be specified for token exchange")
            : subject;
    }

    private static string Agree(string flag, string given, string place, string claim, string claimed)
    {
        if (given.Length > 0 && claimed.Length > 0 && !given.Equals(claimed, StringComparison.Ordinal))
        {
            throw new UserErrorException(
                $"--{flag} '{given}' conflicts with JWT {place} '{claimed}'. The JWT {claim} claim takes precedence during token exchange. "
                    + $"Either omit --{flag} to use the JWT value, or ensure they match"
            );
        }
        return claimed.Length > 0 ? claimed : given;
    }
}
