using System.Text.Json;
using Wire;

namespace Server.Oidc;

/// <summary>What an exchange asks for.</summary>
/// <param name="Type"><c>organization</c>, <c>team</c> or <c>personal</c>.</param>
/// <param name="Target">The team or the user; empty for an organization's.</param>
/// <param name="Admin">An organization's token with an administrator's role.</param>
public sealed record Wish(string Type, string Target, bool Admin);

/// <summary>The rules of an issuer. What no rule allows is denied, and one that denies beats all that allow, in whatever order.</summary>
public static class AuthPolicy
{
    public const string Organization = "organization";
    public const string Team = "team";
    public const string Personal = "personal";
    public const string Admin = "admin";
    public const int Most = 100;

    /// <returns>What is wrong with a list of policies, as a sentence; null if nothing is.</returns>
    public static string? Problem(IReadOnlyList<AuthPolicyDefinition> policies) =>
        policies.Count is 0 or > Most
            ? $"A policy has 1 to {Most} rules."
            : policies.Select((p, i) => Problem(p) is { } problem ? $"Rule {i + 1}: {problem}" : null).FirstOrDefault(p => p is not null);

    /// <returns>The rule that allows it; null, and why not, for whoever writes the rules.</returns>
    /// <param name="forOrganization">The token was made for this organization; if not, the rule itself must say for whom it may be.</param>
    public static (AuthPolicyDefinition? Rule, string Reason) Decide(
        IReadOnlyList<AuthPolicyDefinition> policies,
        Wish wish,
        JsonElement claims,
        bool forOrganization
    )
    {
        var fitting = policies.Where(p => p.TokenType == wish.Type && Fits(p, claims)).ToList();
        if (fitting.Exists(p => IsDenial(p) && (TargetOf(p) is not { Length: > 0 } target || Same(target, wish.Target))))
        {
            return (null, "a rule denies it");
        }
        var allowed = fitting.Where(p => !IsDenial(p) && Same(TargetOf(p) ?? "", wish.Target)).ToList();
        var meant = allowed.Where(p => forOrganization || p.Rules.ContainsKey("aud")).ToList();
        var rule = meant.Find(p => !wish.Admin || p.AuthorizedPermissions?.Contains(Admin) == true);
        return (
            rule,
            rule is not null ? ""
            : allowed.Count == 0 ? "no rule allows it"
            : meant.Count == 0 ? "it was made for another audience, and no rule names that"
            : "no rule allows the scope admin"
        );
    }

    private static bool IsDenial(AuthPolicyDefinition policy) => policy.Decision == "deny";

    private static bool Fits(AuthPolicyDefinition policy, JsonElement claims) =>
        policy.Rules.All(rule => Claims.Values(claims, rule.Key).Any(value => Glob.Fits(rule.Value.GetString()!, value)));

    private static string? TargetOf(AuthPolicyDefinition policy) =>
        policy.TokenType switch
        {
            Team => policy.TeamName,
            Personal => policy.UserLogin,
            _ => "",
        };

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string? Problem(AuthPolicyDefinition policy) =>
        policy.Decision is not ("allow" or "deny") ? "decision is allow or deny."
        : policy.TokenType == "runner" ? "there are no deployment runners here; tokenType is organization, team or personal."
        : policy.TokenType is not (Organization or Team or Personal) ? "tokenType is organization, team or personal."
        : policy.Rules is null || policy.Rules.Any(r => r.Key.Length == 0 || r.Value.ValueKind != JsonValueKind.String)
            ? "rules has a pattern, as text, for each claim."
        : policy.Decision == "allow" && policy.Rules.Count == 0
            ? "one that allows must say for which claims, or everybody whom the issuer knows would get in. Name sub at least."
        : policy.Decision == "allow" && policy.TokenType == Team && string.IsNullOrEmpty(policy.TeamName)
            ? "teamName says which team's token."
        : policy.Decision == "allow" && policy.TokenType == Personal && string.IsNullOrEmpty(policy.UserLogin)
            ? "userLogin says which user's token."
        : (policy.AuthorizedPermissions ?? []).Any(p => p != Admin || policy.TokenType != Organization)
            ? "authorizedPermissions is empty, or [\"admin\"] for an organization's tokens."
        : null;
}
