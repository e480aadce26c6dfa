using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Organizations;
using Server.Stacks;

namespace Server.Teams;

/// <summary>What somebody may do with one stack, given by name.</summary>
public sealed class StackGrants(Database database, MemberStore members, StackGrantStore grants, AuditStore audit)
{
    /// <exception cref="ApiException">400: it is no level. 404: nobody of that name is in the organization.</exception>
    public Task Give(Stack stack, string login, long level, Actor actor, CancellationToken ct) =>
        !StackLevel.IsGrantable(level)
            ? throw ApiException.BadRequest($"{level} is not a permission; there are 101 (read), 102 (write) and 103 (admin).")
        : !stack.HasLevel(level)
            ? throw ApiException.Forbidden(
                $"You have less than {StackLevel.NameOf(level)} on the stack '{stack.FullName}', and nobody gives more than he has."
            )
        : Change(
            stack,
            login,
            $"Gave {login} {StackLevel.NameOf(level)} on {stack.FullName}",
            actor,
            (t, id) => grants.Set(t, stack.Id, id, level),
            ct
        );

    /// <summary>What the organization or a team gives stays.</summary>
    public Task Take(Stack stack, string login, Actor actor, CancellationToken ct) =>
        Change(
            stack,
            login,
            $"Took from {login} what was given by name on {stack.FullName}",
            actor,
            (t, id) => grants.Remove(t, stack.Id, id),
            ct
        );

    private async Task Change(
        Stack stack,
        string login,
        string what,
        Actor actor,
        Func<Transaction, string, Task> change,
        CancellationToken ct
    )
    {
        stack.Demand(Permission.StackAccessUpdate);
        var member =
            await members.Find(stack.OrganizationId, login, ct)
            ?? throw ApiException.NotFound($"'{login}' is not a member of the organization '{stack.Organization}'");
        await database.Write(
            async transaction =>
            {
                await change(transaction, member.AccountId);
                await audit.Add(transaction, actor, stack.OrganizationId, AuditEvent.StackAccessChanged, what, stack.Id);
                return true;
            },
            ct
        );
    }
}
