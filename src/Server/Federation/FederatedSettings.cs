using Server.Settings;

namespace Server.Federation;

/// <summary>Who signs in elsewhere, and who gets an account by it.</summary>
public sealed record FederatedSettings
{
    public static readonly FederatedSettings None = new();

    public IReadOnlyList<IdentityProvider> Providers { get; init; } = [];

    /// <summary>Does everybody whom a provider knows get an account?</summary>
    public bool OpenToAll { get; init; }

    /// <summary>E-mail domains whose people get one.</summary>
    public IReadOnlyList<string> Domains { get; init; } = [];

    public static FederatedSettings From(SettingValues values)
    {
        var providers = values.Many(Setting.SignInWith).Select(text => IdentityProvider.Parse(values, text)).ToList();
        if (providers.GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw values.Wrong(Setting.SignInWith, $"there are two providers named '{twice.Key}'.");
        }
        var accounts = values.Many(Setting.NewAccounts);
        return new()
        {
            Providers = providers,
            OpenToAll = accounts is ["open"],
            Domains = accounts is ["open"] or ["known"] ? [] : [.. accounts.Select(d => d.TrimStart('@').ToLowerInvariant())],
        };
    }

    public bool MayJoin(string email) =>
        OpenToAll || Domains.Contains(email[(email.LastIndexOf('@') + 1)..].ToLowerInvariant(), StringComparer.Ordinal);
}
