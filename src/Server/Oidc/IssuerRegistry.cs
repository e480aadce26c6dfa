using Server.Audit;
using Server.Auth;
using Server.Organizations;
using Server.Roles;
using Wire;

namespace Server.Oidc;

/// <summary>What somebody says of an issuer. Null leaves it as it is, or as usual.</summary>
/// <param name="Jwks">A key set, as text.</param>
public sealed record IssuerWish(string? Name, string? Url, IReadOnlyList<string>? Thumbprints, long? MaxExpiration, string? Jwks);

/// <summary>Registers issuers and changes them, after asking them for what they publish.</summary>
public sealed class IssuerRegistry(IssuerStore store, IssuerKeys keys, Discovery discovery, Giving giving)
{
    private const int MostThumbprints = 5;

    /// <exception cref="ApiException">What is wrong with it.</exception>
    public async Task<Issuer> Register(string organizationId, IssuerWish wish, Actor actor, CancellationToken ct)
    {
        var url = (wish.Url ?? "").Trim();
        var thumbprints = Normal(wish.Thumbprints ?? []);
        Refuse(Problem(wish with { Name = wish.Name ?? "", Thumbprints = thumbprints }) ?? discovery.Problem(url));
        var issuer = new Issuer
        {
            Id = Guid.CreateVersion7().ToString(),
            OrganizationId = organizationId,
            Name = wish.Name!.Trim(),
            Url = url,
            IssuerName = wish.Jwks is null ? await Ask(() => discovery.IssuerName(url, thumbprints, ct)) : url,
            Thumbprints = string.Join(' ', thumbprints),
            MaxExpiration = wish.MaxExpiration ?? Issuer.UsualMaxExpiration,
            Jwks = wish.Jwks,
            PolicyId = Guid.CreateVersion7().ToString(),
            Policies = Policies.None,
            PolicyVersion = 1,
            PolicyModifiedMs = 0,
            CreatedMs = 0,
            ModifiedMs = 0,
            LastUsedMs = 0,
        };
        if (!await store.Add(issuer, actor, ct))
        {
            throw ApiException.Conflict($"The issuer '{issuer.IssuerName}' is registered already. Change that one.");
        }
        return (await store.Find(organizationId, issuer.Id, ct))!;
    }

    public async Task<Issuer> Change(Issuer issuer, IssuerWish wish, Actor actor, CancellationToken ct)
    {
        var thumbprints = wish.Thumbprints is null ? issuer.ThumbprintList : Normal(wish.Thumbprints);
        Refuse(Problem(wish with { Thumbprints = thumbprints }));
        await store.Change(
            issuer with
            {
                Name = wish.Name?.Trim() ?? issuer.Name,
                Thumbprints = string.Join(' ', thumbprints),
                MaxExpiration = wish.MaxExpiration ?? issuer.MaxExpiration,
                Jwks = wish.Jwks ?? issuer.Jwks,
            },
            actor,
            ct
        );
        keys.Forget(issuer.Id);
        return (await store.Find(issuer.OrganizationId, issuer.Id, ct))!;
    }

    /// <summary>Takes the certificate that the issuer shows now for the only one beside those that the system trusts.</summary>
    public async Task<Issuer> RegenerateThumbprints(Issuer issuer, Actor actor, CancellationToken ct)
    {
        Refuse(issuer.Jwks is null ? null : "The keys of this issuer were given by hand, so nothing is fetched from it.");
        var thumbprint = await Ask(() => discovery.Thumbprint(issuer.Url, ct));
        return await Change(issuer, new(null, null, thumbprint.Length == 0 ? [] : [thumbprint], null, null), actor, ct);
    }

    /// <exception cref="ApiException">400: a rule is none, or gives a role that is not there. 403: one gives more than the caller has.</exception>
    public async Task ChangePolicies(
        Organization organization,
        Issuer issuer,
        IReadOnlyList<AuthPolicyDefinition>? policies,
        Actor actor,
        CancellationToken ct
    )
    {
        Refuse(AuthPolicy.Problem(policies ?? []));
        foreach (var rule in (policies ?? []).Where(p => p.Decision == "allow"))
        {
            if (rule.TokenType == AuthPolicy.Personal || rule.AuthorizedPermissions?.Contains(AuthPolicy.Admin) == true)
            {
                organization.Demand(Permission.OrgMemberSetAdmin);
            }
            await giving.Check(organization, null, rule.RoleId is { Length: > 0 } role ? role : OrganizationRole.Member, ct);
        }
        await store.ChangePolicies(issuer, Policies.Write(policies!), actor, ct);
    }

    public async Task Delete(Issuer issuer, Actor actor, CancellationToken ct)
    {
        await store.Delete(issuer, actor, ct);
        keys.Forget(issuer.Id);
    }

    private static string? Problem(IssuerWish wish) =>
        wish.Name is { } name && (name.Trim().Length is 0 or > Issuer.LongestName || name.Any(c => char.IsControl(c) || c == '/'))
            ? $"name has 1 to {Issuer.LongestName} characters, without slashes."
        : wish.MaxExpiration is <= 0 or > Issuer.LongestMaxExpiration
            ? $"maxExpiration is 1 to {Issuer.LongestMaxExpiration} seconds (a week)."
        : wish.Thumbprints!.Count > MostThumbprints ? $"There are at most {MostThumbprints} thumbprints."
        : wish.Thumbprints.FirstOrDefault(t => t.Length is not (40 or 64) || !t.All(char.IsAsciiHexDigit)) is { } wrong
            ? $"thumbprints: '{wrong}' is no SHA-256 (64 hexadecimal digits) or SHA-1 (40)."
        : wish.Jwks is { } jwks ? Jwks.Problem(jwks)
        : null;

    private static List<string> Normal(IReadOnlyList<string> thumbprints) =>
        [.. thumbprints.Select(t => t.Replace(":", "", StringComparison.Ordinal).Trim().ToLowerInvariant()).Distinct()];

    private static async Task<string> Ask(Func<Task<string>> question)
    {
        try
        {
            return await question();
        }
        catch (DiscoveryException problem)
        {
            throw ApiException.BadRequest("The issuer " + problem.Message);
        }
    }

    private static void Refuse(string? problem)
    {
        if (problem is not null)
        {
            throw ApiException.BadRequest(problem);
        }
    }
}
