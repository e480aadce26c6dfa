using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Server.Accounts;
using Server.Http;

namespace Server.Factors;

/// <summary>Between the password and the second factor: a sealed cookie that says who it is, for five minutes, and opens nothing by itself.</summary>
public sealed class PendingSignIn(IDataProtectionProvider protection, AccountStore accounts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private ITimeLimitedDataProtector Seal => protection.CreateProtector("pending-sign-in").ToTimeLimitedDataProtector();

    public void Put(HttpContext http, Account account) =>
        http.Response.Cookies.Append(
            Cookie(http),
            Seal.Protect($"{account.Id} {account.SecurityStamp}", Patience),
            HostCookie.Options(http, Patience)
        );

    /// <returns>Null if nobody gave a password in this browser lately, or it has been changed since.</returns>
    public async Task<Account?> Find(HttpContext http)
    {
        if (http.Request.Cookies[Cookie(http)] is not { } cookie)
        {
            return null;
        }
        try
        {
            var parts = Seal.Unprotect(cookie).Split(' ', 2);
            return await accounts.Find(parts[0], http.RequestAborted) is { } account && account.SecurityStamp == parts[1] ? account : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public static void Forget(HttpContext http) => http.Response.Cookies.Delete(Cookie(http), HostCookie.Options(http, TimeSpan.Zero));

    private static string Cookie(HttpContext http) => HostCookie.NameFor(http, "holdfast-pending");
}
