using Server.Oidc;

namespace Server.OrganizationSignIn;

/// <summary>The OpenID Connect provider where an organization's people sign in.</summary>
public sealed record SignInProvider
{
    public required string OrganizationId { get; init; }

    /// <summary>Its address, and what stands in its tokens' <c>iss</c>.</summary>
    public required string Issuer { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Encrypted for the organization.</summary>
    public required byte[] ClientSecret { get; init; }

    /// <summary>Of the e-mail addresses that it may speak for, with spaces between; empty for all.</summary>
    public required string Domains { get; init; }

    public IReadOnlyList<string> DomainList => Domains.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public bool SpeaksFor(string email) =>
        DomainList.Count == 0 || DomainList.Contains(email[(email.LastIndexOf('@') + 1)..].ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>As what checks tokens knows issuers. Its keys are remembered apart from those of an issuer for machines.</summary>
    public Issuer ForTokens() =>
        new()
        {
            Id = "sign-in " + OrganizationId,
            OrganizationId = OrganizationId,
            Name = Issuer,
            Url = Issuer,
            IssuerName = Issuer,
            Thumbprints = "",
            MaxExpiration = 0,
            PolicyId = "",
            Policies = "",
            PolicyVersion = 0,
            PolicyModifiedMs = 0,
            CreatedMs = 0,
            ModifiedMs = 0,
            LastUsedMs = 0,
        };
}
