using System.Security.Claims;
using System.Text;

namespace Server.Federation;

/// <summary>What a provider says about somebody who has just signed in there.</summary>
/// <param name="Email">Empty unless the provider says that it is verified.</param>
public sealed record ExternalPerson(string Issuer, string Subject, string Email, string UserName, string Name)
{
    public string Shown =>
        Email.Length > 0 ? Email
        : UserName.Length > 0 ? UserName
        : Subject;

    public static ExternalPerson? Of(ClaimsPrincipal principal, IdentityProvider provider)
    {
        string Claim(string type) => principal.FindFirst(type)?.Value ?? "";
        var verified = Claim("email_verified").Equals("true", StringComparison.OrdinalIgnoreCase);
        return Claim("sub") is { Length: > 0 } subject
            ? new(provider.Issuer, subject, verified ? Claim("email") : "", Claim("preferred_username"), Claim("name"))
            : null;
    }

    /// <summary>A user name to begin with; may be taken or too short.</summary>
    public string SuggestedLogin
    {
        get
        {
            var source = (UserName.Length > 0 ? UserName : Email).Split('@')[0];
            var plain = new StringBuilder();
            foreach (var c in source)
            {
                plain.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-');
            }
            var login = plain.ToString().Trim('-', '_');
            return login.Length >= 3 ? login[..Math.Min(login.Length, 34)].TrimEnd('-', '_') : "user-" + login;
        }
    }
}
