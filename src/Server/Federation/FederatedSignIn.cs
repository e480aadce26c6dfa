using Microsoft.AspNetCore.Identity;
using Server.Accounts;
using Server.Audit;
using Server.Auth;
using Server.Factors;
using Server.Http;
using Server.Settings;

namespace Server.Federation;

/// <summary>
/// Whose account it is that signed in elsewhere. An address links only where both sides have proven it: a provider that did not would give every account
/// away, and so would an account that somebody made in advance with another's address.
/// </summary>
public sealed class FederatedSignIn(
    LinkedIdentityStore identities,
    AccountStore accounts,
    UserManager<Account> users,
    Admission admission,
    ServerSettings settings
)
{
    /// <returns>Where to go next.</returns>
    public async Task<string> Finish(HttpContext http, ExternalPerson person, string back)
    {
        var ct = http.RequestAborted;
        if (await identities.Find(person.Issuer, person.Subject, ct) is { } known)
        {
            await identities.NoteUse(known, ct);
            return await Enter(http, (await accounts.Find(known.AccountId, ct))!, back);
        }
        if (person.Email.Length == 0)
        {
            return SignInProblem.Page(SignInProblem.Unverified);
        }
        if (await accounts.FindByEmail(person.Email, ct) is { } account)
        {
            if (!account.EmailVerified)
            {
                return SignInProblem.Page(SignInProblem.LinkByHand);
            }
            await identities.Link(new(account.Id, null, http.ClientAddress()), person, ct);
            return await Enter(http, account, back);
        }
        if (!settings.Federation.MayJoin(person.Email))
        {
            return SignInProblem.Page(SignInProblem.NoAccount);
        }
        return await Make(person) is { } made ? await Join(http, made, person, back) : SignInProblem.Page(SignInProblem.NoAccount);
    }

    /// <summary>Somebody who is signed in here has asked for it.</summary>
    public async Task<bool> Link(HttpContext http, ExternalPerson person) =>
        await identities.Link(http.Actor(), person, http.RequestAborted)
        || (await identities.Find(person.Issuer, person.Subject, http.RequestAborted))?.AccountId == http.Caller().AccountId;

    private Task<string> Enter(HttpContext http, Account account, string back) => admission.AfterFirst(http, account, back);

    private async Task<string> Join(HttpContext http, Account account, ExternalPerson person, string back)
    {
        await identities.Verify(account.Id, person.Email, http.RequestAborted);
        await identities.Link(new(account.Id, null, http.ClientAddress()), person, http.RequestAborted);
        return await Enter(http, account, back);
    }

    private async Task<Account?> Make(ExternalPerson person)
    {
        for (var number = 1; number <= 20; number++)
        {
            var login = person.SuggestedLogin + (number == 1 ? "" : $"-{number}");
            var account = new Account
            {
                Login = login,
                Name = AccountRules.NameProblem(person.Name) is null && person.Name.Length > 0 ? person.Name : login,
                Email = person.Email,
            };
            if ((await users.CreateAsync(account)).Succeeded)
            {
                return account;
            }
        }
        return null;
    }
}
