using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Server.Accounts;
using Server.Audit;
using Server.Http;

namespace Server.Factors;

/// <summary>
/// The two ceremonies of WebAuthn. The page brings the options and a sealed cookie with the challenge; the browser's answer comes back in a form. A
/// challenge is answered once.
/// </summary>
public sealed class Passkeys(IPasskeyHandler<Account> handler, PasskeyStore store, IDataProtectionProvider protection)
{
    private const string Adding = "add";
    private const string Asking = "ask";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <returns>The options for <c>navigator.credentials.create</c>.</returns>
    public async Task<string> BeginAdding(HttpContext http, Account account)
    {
        var options = await handler.MakeCreationOptionsAsync(
            new()
            {
                Id = account.Id,
                Name = account.Login,
                DisplayName = account.Name,
            },
            http
        );
        Keep(http, Adding, options.AttestationState ?? "");
        return options.CreationOptionsJson;
    }

    public async Task<bool> Add(HttpContext http, Account account, string credential, string name)
    {
        if (await Take(http, Adding) is not { } state || credential.Length == 0)
        {
            return false;
        }
        var made = await handler.PerformAttestationAsync(
            new()
            {
                HttpContext = http,
                CredentialJson = credential,
                AttestationState = state,
            }
        );
        return made.Succeeded
            && made.UserEntity.Id == account.Id
            && await store.Add(http.Actor(), made.Passkey, name.Length == 0 ? "Passkey" : name, http.RequestAborted);
    }

    /// <param name="account">Null if the passkey is to say who it is.</param>
    /// <returns>The options for <c>navigator.credentials.get</c>.</returns>
    public async Task<string> BeginAsking(HttpContext http, Account? account)
    {
        var options = await handler.MakeRequestOptionsAsync(account, http);
        Keep(http, Asking, options.AssertionState ?? "");
        return options.RequestOptionsJson;
    }

    /// <returns>Whose passkey it is; null if it is nobody's or not the given account's.</returns>
    public async Task<Account?> Answer(HttpContext http, Account? expected, string credential)
    {
        if (await Take(http, Asking) is not { } state || credential.Length == 0)
        {
            return null;
        }
        var used = await handler.PerformAssertionAsync(
            new()
            {
                HttpContext = http,
                CredentialJson = credential,
                AssertionState = state,
            }
        );
        if (!used.Succeeded || (expected is not null && used.User.Id != expected.Id))
        {
            return null;
        }
        await store.Note(used.User.Id, used.Passkey, http.RequestAborted);
        return used.User;
    }

    private void Keep(HttpContext http, string ceremony, string state) =>
        http.Response.Cookies.Append(
            Cookie(http, ceremony),
            Seal(ceremony).Protect(state, Patience),
            HostCookie.Options(http, Patience, SameSiteMode.Strict)
        );

    private async Task<string?> Take(HttpContext http, string ceremony)
    {
        if (http.Request.Cookies[Cookie(http, ceremony)] is not { } cookie)
        {
            return null;
        }
        try
        {
            var state = Seal(ceremony).Unprotect(cookie);
            return await store.Spend(SHA256.HashData(Encoding.UTF8.GetBytes(state)), Patience, http.RequestAborted) ? state : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string Cookie(HttpContext http, string ceremony) => HostCookie.NameFor(http, "holdfast-passkey-" + ceremony);

    private ITimeLimitedDataProtector Seal(string ceremony) => protection.CreateProtector("passkey", ceremony).ToTimeLimitedDataProtector();
}
