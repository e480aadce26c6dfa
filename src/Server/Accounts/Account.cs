namespace Server.Accounts;

/// <summary>A person who can sign in. Mutable, because ASP.NET Core Identity fills it in step by step.</summary>
public sealed class Account
{
    public const int LongestName = 100;
    public const int LongestEmail = 254;

    /// <summary>Of the addresses of coding agents' accounts: nobody's (RFC 2606).</summary>
    public const string AgentsDomain = "@agents.invalid";

    public string Id { get; set; } = Guid.CreateVersion7().ToString();
    public string Login { get; set; } = "";
    public string Name { get; set; } = "";
    public string Email { get; set; } = "";
    public string PasswordHash { get; set; } = "";
    public string SecurityStamp { get; set; } = "";
    public bool SiteAdmin { get; set; }
    public long FailedSignIns { get; set; }
    public long LockedUntilMs { get; set; }
    public long CreatedMs { get; set; }

    /// <summary>The address that was proven to be the account's, in lower case; it need not be <see cref="Email"/> any more.</summary>
    public string? VerifiedEmailKey { get; set; }

    public bool EmailVerified => Email.Length > 0 && Email.Equals(VerifiedEmailKey, StringComparison.OrdinalIgnoreCase);
}
