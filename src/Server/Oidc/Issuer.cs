namespace Server.Oidc;

/// <summary>An identity provider whose tokens an organization takes, as far as its policies say. Times are Unix milliseconds; 0 is never.</summary>
public sealed record Issuer
{
    public const int LongestName = 100;

    /// <summary>Seconds: 25 hours, as Pulumi Cloud has it.</summary>
    public const long UsualMaxExpiration = 90_000;

    /// <summary>A week: what is exchanged is meant to be short-lived.</summary>
    public const long LongestMaxExpiration = 7 * 86_400;

    public required string Id { get; init; }
    public required string OrganizationId { get; init; }
    public required string Name { get; init; }

    /// <summary>As it was registered.</summary>
    public required string Url { get; init; }

    /// <summary>What stands in the tokens' <c>iss</c>, to the letter.</summary>
    public required string IssuerName { get; init; }

    /// <summary>SHA-1 or SHA-256, hexadecimal, with spaces between.</summary>
    public required string Thumbprints { get; init; }

    public required long MaxExpiration { get; init; }

    /// <summary>Its keys, where they were given by hand; null where they are fetched.</summary>
    public string? Jwks { get; init; }

    public required string PolicyId { get; init; }
    public required string Policies { get; init; }
    public required long PolicyVersion { get; init; }
    public required long PolicyModifiedMs { get; init; }
    public required long CreatedMs { get; init; }
    public required long ModifiedMs { get; init; }
    public required long LastUsedMs { get; init; }

    public IReadOnlyList<string> ThumbprintList => Thumbprints.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
