using Server.Accounts;
using Server.Audit;
using Server.Data;
using Server.Http;
using Server.Organizations;
using Server.Saml;
using Server.Sessions;
using Server.Tokens;

namespace Server.Scim;

/// <summary>
/// People as the directory wants them. An account that the organization has made is its own: made inactive, it loses sessions, tokens and membership
/// in one step. One that a person has made himself loses the membership only; the rest was never the organization's.
/// </summary>
public sealed class ScimUsers(
    ScimUserStore store,
    ManagedAccounts managed,
    AccountStore accounts,
    MemberStore members,
    AuditStore audit,
    Database database
)
{
    public async Task<ScimUser> Create(HttpContext http, ScimCaller caller, ScimUser wanted)
    {
        var ct = http.RequestAborted;
        if (await store.FindByName(caller.OrganizationId, wanted.UserName, ct) is not null)
        {
            throw ScimException.Taken($"There is a user '{wanted.UserName}' already.");
        }
        var user = wanted with
        {
            Id = Guid.CreateVersion7().ToString(),
            OrganizationId = caller.OrganizationId,
            CreatedMs = store.Now,
            ModifiedMs = store.Now,
        };
        return await Adopt(http, caller, user, ct) ?? await Make(http, caller, user, ct);
    }

    public async Task<ScimUser> Change(HttpContext http, ScimCaller caller, ScimUser before, ScimUser after)
    {
        var ct = http.RequestAborted;
        var account = (await accounts.Find(before.AccountId, ct))!;
        var own = await managed.Manages(caller.OrganizationId, account.Id, ct);
        await database.Write(
            async t =>
            {
                await store.Update(t, after);
                if (own && after.Name != before.Name && AccountRules.NameProblem(after.Name) is null)
                {
                    await accounts.Rename(t, account, after.Name);
                }
                if (after.Active != before.Active)
                {
                    await (after.Active ? Admit(t, caller, account) : Bar(t, caller, account, own));
                }
                var how =
                    after.Active == before.Active ? "changed"
                    : after.Active ? "activated"
                    : "deactivated";
                await Write(
                    t,
                    http,
                    caller,
                    after.Active == before.Active ? AuditEvent.ScimUserChanged
                        : how == "activated" ? AuditEvent.MemberAdded
                        : AuditEvent.MemberRemoved,
                    $"The directory {how} {account.Login} ('{before.UserName}')"
                );
                return true;
            },
            ct
        );
        return (await store.Find(caller.OrganizationId, before.Id, ct))!;
    }

    /// <summary>Whoever was a member before the directory came, or signed in with SAML, is who it means.</summary>
    private async Task<ScimUser?> Adopt(HttpContext http, ScimCaller caller, ScimUser user, CancellationToken ct)
    {
        var account = await managed.Find(caller.OrganizationId, user.UserName, ct) is { } id
            ? await accounts.Find(id, ct)
            : await accounts.FindByEmail(user.Email, ct);
        if (account is null)
        {
            return null;
        }
        var own = await managed.Manages(caller.OrganizationId, account.Id, ct);
        var adopted = user with { AccountId = account.Id };
        await database.Write(
            async t =>
            {
                if (!own && !await OrganizationStore.IsMember(t, caller.OrganizationId, account.Id))
                {
                    throw ScimException.Taken(
                        $"Somebody has an account with the address '{user.Email}' and is no member of {caller.Login}. An invitation, or signing in with SAML and linking the account, makes him one."
                    );
                }
                if (!await store.Add(t, adopted))
                {
                    throw ScimException.Taken($"The account with the address '{user.Email}' is another user's.");
                }
                await (user.Active ? Admit(t, caller, account) : Bar(t, caller, account, own));
                await Write(t, http, caller, AuditEvent.ScimUserChanged, $"The directory took over {account.Login} as '{user.UserName}'");
                return true;
            },
            ct
        );
        return adopted;
    }

    private async Task<ScimUser> Make(HttpContext http, ScimCaller caller, ScimUser user, CancellationToken ct)
    {
        var made = user;
        var account = await managed.Add(
            caller.OrganizationId,
            user.UserName,
            user.Email,
            user.Name,
            async (t, account) =>
            {
                made = user with { AccountId = account.Id };
                if (!await store.Add(t, made))
                {
                    throw ScimException.Taken($"There is a user '{user.UserName}' already.");
                }
                if (!user.Active)
                {
                    await Bar(t, caller, account, own: true);
                }
                await Write(t, http, caller, AuditEvent.MemberAdded, $"The directory made {account.Login} ('{user.UserName}')");
            },
            ct
        );
        return account is null ? throw ScimException.Taken($"The address '{user.Email}' or the name is taken.") : made;
    }

    private async Task Admit(Transaction t, ScimCaller caller, Account account) =>
        await members.AddByDefault(t, caller.OrganizationId, account.Id);

    /// <exception cref="ScimException">409: nobody would be left who administers the organization.</exception>
    private async Task Bar(Transaction t, ScimCaller caller, Account account, bool own)
    {
        if (
            await OrganizationStore.IsMember(t, caller.OrganizationId, account.Id)
            && !await members.Remove(t, caller.OrganizationId, account.Id)
        )
        {
            throw new ScimException(
                409,
                null,
                $"{account.Login} is the only administrator of {caller.Login}. Make somebody else one first, then deactivate this user."
            );
        }
        if (own)
        {
            await SessionStore.RevokeAll(t, account.Id);
            await TokenStore.DeleteAll(t, account.Id);
        }
    }

    private Task Write(Transaction t, HttpContext http, ScimCaller caller, string name, string description) =>
        audit.Add(
            t,
            new Actor(caller.CreatedBy, caller.TokenId, http.ClientAddress()),
            caller.OrganizationId,
            name,
            description,
            stackId: null
        );
}
