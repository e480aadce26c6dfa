using Server.Accounts;
using Server.Sessions;

namespace Server.Factors;

/// <summary>What follows once it is known who somebody is: another factor, or the session.</summary>
public sealed class Admission(FactorStore factors, SessionStore sessions, PendingSignIn pending)
{
    /// <returns>Where to go next.</returns>
    public async Task<string> AfterFirst(HttpContext http, Account account, string back)
    {
        if (!await factors.Any(account.Id, http.RequestAborted))
        {
            await Enter(http, account, factor: false);
            return back;
        }
        pending.Put(http, account);
        return back == "/" ? "/signin/factor" : "/signin/factor?returnUrl=" + Uri.EscapeDataString(back);
    }

    /// <summary>A new session, whatever the browser brought along.</summary>
    public async Task Enter(HttpContext http, Account account, bool factor)
    {
        PendingSignIn.Forget(http);
        await sessions.SignOut(http);
        await sessions.SignIn(http, account.Id, factor);
    }
}
