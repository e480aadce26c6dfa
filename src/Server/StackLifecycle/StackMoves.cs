using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Organizations;
using Server.Stacks;
using Server.State;

namespace Server.StackLifecycle;

/// <summary>Who asks, and with what program.</summary>
public sealed record Mover(string AccountId, Actor Actor, string Client);

/// <summary>Renames, transfers and restores as people ask for them, whether through the API or in the console.</summary>
public sealed class StackMoves(StackMove moving, OrganizationStore organizations, Database database, StackStore stacks, AuditStore audit)
{
    /// <param name="project">Null or empty: as it is.</param>
    /// <param name="name">Null or empty: as it is.</param>
    /// <returns>The id of the update in the history.</returns>
    /// <exception cref="ApiException">400: it cannot be called that. 403: he may not. 409: another is, or somebody uses the stack.</exception>
    public Task<string> Rename(Stack stack, string? project, string? name, Mover mover, CancellationToken ct)
    {
        stack.Demand(Permission.StackRename);
        var newName = StackName.Check("stack", Or(name, stack.Name));
        var newProject = StackName.Check("project", Or(project, stack.Project));
        if (newName == stack.Name && newProject == stack.Project)
        {
            throw ApiException.BadRequest("No rename to apply: the stack has that name already.");
        }
        var move = new Move(
            stack.OrganizationId,
            new(stack.Organization, newProject, newName),
            mover.Actor,
            mover.Client,
            $"Renamed the stack {stack.FullName} to {newProject}/{newName}",
            [(stack.OrganizationId, AuditEvent.StackRenamed)]
        );
        return moving.Run(stack, move, ct);
    }

    /// <returns>The organization's login, as it is written.</returns>
    /// <exception cref="ApiException">404: the caller belongs to no such organization. 400: the stack is there already. 409: its name is taken there.</exception>
    public async Task<string> Transfer(Stack stack, string? toOrganization, Mover mover, CancellationToken ct)
    {
        var login = toOrganization is { Length: > 0 } named
            ? named
            : throw ApiException.BadRequest("toOrg is missing: where is the stack to go?");
        var target =
            await organizations.Find(mover.AccountId, login, ct) ?? throw ApiException.NotFound($"Organization '{login}' not found");
        if (target.Id == stack.OrganizationId)
        {
            throw ApiException.BadRequest($"The stack belongs to '{target.Login}' already.");
        }
        stack.Demand(Permission.StackTransfer);
        target.Demand(Permission.StackCreate);
        var move = new Move(
            target.Id,
            new(target.Login, stack.Project, stack.Name),
            mover.Actor,
            mover.Client,
            $"Transferred the stack {stack.FullName} to {target.Login}",
            [(stack.OrganizationId, AuditEvent.StackTransferred), (target.Id, AuditEvent.StackTransferred)]
        );
        await moving.Run(stack, move, ct);
        return target.Login;
    }

    /// <param name="name">Null or empty: as it was called.</param>
    /// <returns>Its full name.</returns>
    /// <exception cref="ApiException">404: the organization has deleted no such stack. 409: its name is taken.</exception>
    public async Task<string> Restore(Organization organization, string id, string? name, Mover mover, CancellationToken ct)
    {
        var stack = await stacks.FindDeleted(organization, id, ct) ?? throw ApiException.NotFound($"There is no deleted stack '{id}'");
        stack.Demand(Permission.StackRestoreDeleted);
        var newName = StackName.Check("stack", Or(name, stack.Name));
        var message = $"Restored the stack {stack.FullName}{(newName == stack.Name ? "" : $" as {newName}")}";
        var to = new FullStackName(stack.Organization, stack.Project, newName);
        if (newName == stack.Name)
        {
            await database.Write(transaction => Restore(transaction, stack, message, mover.Actor), ct);
        }
        else
        {
            var audits = new[] { (stack.OrganizationId, AuditEvent.StackRestored) };
            await moving.Run(stack, new(stack.OrganizationId, to, mover.Actor, mover.Client, message, audits), ct);
        }
        return $"{to.Organization}/{to.Project}/{to.Stack}";
    }

    private async Task<bool> Restore(Transaction transaction, Stack stack, string message, Actor actor)
    {
        if (!await stacks.Restore(transaction, stack.Id, stack.Name))
        {
            throw StackMove.Taken(new(stack.Organization, stack.Project, stack.Name));
        }
        await audit.Add(transaction, actor, stack.OrganizationId, AuditEvent.StackRestored, message, stack.Id);
        return true;
    }

    private static string Or(string? given, string standard) => string.IsNullOrEmpty(given) ? standard : given;
}

public static class MoverExtensions
{
    public static Mover Mover(this HttpContext http) => new(http.Caller().AccountId, http.Actor(), Updates.Client.Of(http));
}
