using Server.Accounts;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Http;
using Server.Organizations;
using Server.OrganizationSignIn;
using Server.Sessions;

namespace Server.Saml;

/// <summary>What becomes of a person whom the identity provider vouches for.</summary>
public enum Arrival
{
    SignedIn,

    /// <summary>There is an account with this address already: its owner must sign in to it and agree.</summary>
    MustLink,
}

/// <summary>
/// Finds or makes the account of a (organization, NameID). An e-mail address alone opens no account that the organization has not made itself:
/// whoever runs an identity provider can write any address into it.
/// </summary>
public sealed class SamlArrivals(
    SamlStore store,
    ManagedAccounts managed,
    AccountStore accounts,
    MemberStore members,
    SessionStore sessions,
    AuditStore audit,
    Database database,
    TimeProvider clock
)
{
    /// <summary>Where the identity provider does not say how long.</summary>
    public static readonly TimeSpan StandardSession = TimeSpan.FromHours(12);

    public async Task<Arrival> Arrive(HttpContext http, SamlSetup setup, SamlSignIn signIn)
    {
        var ct = http.RequestAborted;
        var identity = signIn.Vouched();
        var bound = await store.AccountOf(setup.OrganizationId, identity.NameId, ct);
        if (bound is not null)
        {
            await Enter(http, setup, signIn, bound, (_, _) => Task.CompletedTask);
            return Arrival.SignedIn;
        }
        var person = SamlPerson.Of(identity);
        var own = await OwnAccount(setup, identity, person, ct);
        if (own is not null)
        {
            await Enter(http, setup, signIn, own, (t, account) => Bind(t, http, setup, identity, account));
            return Arrival.SignedIn;
        }
        if (person.Email is not { } email)
        {
            throw new SamlException(
                $"It has no e-mail address. Let it send an attribute 'email'; it sent {(identity.Attributes.Count == 0 ? "none" : string.Join(", ", identity.Attributes.Keys))}."
            );
        }
        var made = await managed.Add(
            setup.OrganizationId,
            identity.NameId.Contains('@', StringComparison.Ordinal) ? identity.NameId : email,
            email,
            person.Name,
            async (t, account) =>
            {
                await UseUp(t, signIn);
                await Bind(t, http, setup, identity, account.Id);
                await Write(
                    t,
                    http,
                    setup,
                    account.Id,
                    AuditEvent.MemberAdded,
                    $"{account.Login} became a member by signing in with {Way(identity)}"
                );
                await Entered(t, http, setup, identity, account);
            },
            ct
        );
        if (made is null)
        {
            return Arrival.MustLink;
        }
        await StartSession(http, identity, made.Id);
        return Arrival.SignedIn;
    }

    /// <summary>The person who is signed in, and has agreed, gets this way of signing in.</summary>
    public async Task Link(HttpContext http, SamlSetup setup, SamlSignIn signIn)
    {
        var identity = signIn.Vouched();
        await Enter(
            http,
            setup,
            signIn,
            http.Caller().AccountId,
            async (t, account) =>
            {
                await Bind(t, http, setup, identity, account);
                if (await members.AddByDefault(t, setup.OrganizationId, account))
                {
                    await Write(
                        t,
                        http,
                        setup,
                        account,
                        AuditEvent.MemberAdded,
                        $"{http.Caller().Login} became a member by signing in with {Way(identity)}"
                    );
                }
            }
        );
    }

    // The organization made it, and has never said which NameID belongs to it.
    private async Task<string?> OwnAccount(SamlSetup setup, SamlIdentity identity, SamlPerson person, CancellationToken ct)
    {
        var account =
            await managed.Find(setup.OrganizationId, identity.NameId, ct)
            ?? (person.Email is { } email && await accounts.FindByEmail(email, ct) is { } same ? same.Id : null);
        if (account is null || !await managed.Manages(setup.OrganizationId, account, ct))
        {
            return null;
        }
        return await store.NameIdOf(setup.OrganizationId, account, ct) is { } other
            ? throw new SamlException(
                $"It calls you '{identity.NameId}' now and '{other}' before. The NameID of a person must never change."
            )
            : account;
    }

    private async Task Enter(HttpContext http, SamlSetup setup, SamlSignIn signIn, string accountId, Func<Transaction, string, Task> also)
    {
        var identity = signIn.Vouched();
        var account = (await accounts.Find(accountId, http.RequestAborted))!;
        await database.Write(
            async t =>
            {
                await UseUp(t, signIn);
                await also(t, accountId);
                if (!await OrganizationStore.IsMember(t, setup.OrganizationId, accountId))
                {
                    throw new SamlException($"You are no longer a member of {setup.Login}. Its administrators can add you again.");
                }
                await Entered(t, http, setup, identity, account);
                return true;
            },
            http.RequestAborted
        );
        await StartSession(http, identity, accountId);
    }

    private async Task Entered(Transaction t, HttpContext http, SamlSetup setup, SamlIdentity identity, Account account)
    {
        await store.NoteSession(t, setup.OrganizationId, identity.NameId, SessionEnd(identity));
        await Write(
            t,
            http,
            setup,
            account.Id,
            AuditEvent.UserLogin,
            $"{account.Login} signed in with {Way(identity)} as '{identity.NameId}'"
        );
    }

    private async Task StartSession(HttpContext http, SamlIdentity identity, string accountId)
    {
        await sessions.SignOut(http);
        await sessions.SignIn(http, accountId, until: SessionEnd(identity));
    }

    private DateTimeOffset SessionEnd(SamlIdentity identity)
    {
        var longest = clock.GetUtcNow() + Session.Lifetime;
        var end = identity.SessionUntil ?? clock.GetUtcNow() + StandardSession;
        return end < longest ? end : longest;
    }

    private async Task Bind(Transaction t, HttpContext http, SamlSetup setup, SamlIdentity identity, string accountId)
    {
        if (!await store.Bind(t, setup.OrganizationId, identity.NameId, accountId))
        {
            throw new SamlException("This account signs in there under another name already.");
        }
        await Write(
            t,
            http,
            setup,
            accountId,
            AuditEvent.IdentityAdded,
            $"'{identity.NameId}' of {setup.Login}'s identity provider was linked to the account"
        );
    }

    private Task Write(Transaction t, HttpContext http, SamlSetup setup, string accountId, string name, string description) =>
        audit.Add(t, new Actor(accountId, TokenId: null, http.ClientAddress()), setup.OrganizationId, name, description, stackId: null);

    private static string Way(SamlIdentity identity) => identity.NameIdFormat == OidcExchange.Format ? "OpenID Connect" : "SAML";

    private static async Task UseUp(Transaction t, SamlSignIn signIn)
    {
        if (!await SamlStore.UseUp(t, signIn))
        {
            throw new SamlException("It was used before.");
        }
    }
}
