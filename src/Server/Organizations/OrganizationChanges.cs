using Server.Audit;
using Server.Auth;
using Server.Data;

namespace Server.Organizations;

/// <summary>Organizations are made, changed and deleted, as people ask for it through the API or in the console.</summary>
public sealed class OrganizationChanges(Database database, OrganizationStore organizations, AuditStore audit)
{
    private const int LongestName = 100;

    /// <returns>Its login.</returns>
    /// <exception cref="ApiException">400: it cannot be called that. 409: another is, or an account.</exception>
    public async Task<string> Create(Caller caller, string? login, string? name, Actor actor, CancellationToken ct)
    {
        var given = (login ?? "").Trim();
        CheckLogin(given);
        var called = CheckName(string.IsNullOrWhiteSpace(name) ? given : name);
        await database.Write(
            async transaction =>
            {
                var id = await organizations.Create(transaction, caller.AccountId, given, called) ?? throw Taken(given);
                await audit.Add(transaction, actor, id, AuditEvent.OrganizationCreated, $"Created the organization {given}", stackId: null);
                return true;
            },
            ct
        );
        return given;
    }

    /// <exception cref="ApiException">400: a value is none of those there are.</exception>
    public async Task Change(Organization organization, OrganizationSettings now, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.OrganizationUpdate);
        if (now.StackPermission is not (StackLevel.None or StackLevel.Read or StackLevel.Write or StackLevel.Admin))
        {
            throw ApiException.BadRequest(
                $"{now.StackPermission} is not a permission; there are 0 (none), 101 (read), 102 (write) and 103 (admin)."
            );
        }
        if (
            now.EnvironmentPermission
            is not (
                EnvironmentLevel.None
                or EnvironmentLevel.Read
                or EnvironmentLevel.Open
                or EnvironmentLevel.Write
                or EnvironmentLevel.Admin
            )
        )
        {
            throw ApiException.BadRequest("That is no permission of environments; there are none, read, open, write and admin.");
        }
        now = now with { Name = CheckName(now.Name) };
        var difference = OrganizationSettings.Of(organization).DifferenceTo(now);
        if (difference.Length > 0)
        {
            await database.Write(
                async transaction =>
                {
                    await organizations.Change(transaction, organization.Id, now);
                    var what = "Changed the settings: " + difference;
                    await audit.Add(transaction, actor, organization.Id, AuditEvent.OrganizationSettingsChanged, what, stackId: null);
                    return true;
                },
                ct
            );
        }
    }

    /// <exception cref="ApiException">400: it cannot be called that. 409: another is, or there are stacks, whose states have the organization's name in them.</exception>
    public async Task<string> Rename(Organization organization, string? login, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.OrganizationRename);
        Members.CheckNotIndividual(organization);
        var given = (login ?? "").Trim();
        CheckLogin(given);
        await database.Write(
            async transaction =>
            {
                if (await organizations.HasStacks(transaction, organization.Id))
                {
                    throw ApiException.Conflict(
                        $"'{organization.Login}' has stacks, or deleted ones that could be restored, and their states have its name in them. Make a new organization and transfer them."
                    );
                }
                if (!await organizations.Rename(transaction, organization.Id, given))
                {
                    throw Taken(given);
                }
                var what = $"Renamed the organization {organization.Login} to {given}";
                await audit.Add(transaction, actor, organization.Id, AuditEvent.OrganizationRenamed, what, stackId: null);
                return true;
            },
            ct
        );
        return given;
    }

    /// <exception cref="ApiException">409: it is not empty.</exception>
    public async Task Delete(Organization organization, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.OrganizationDelete);
        Members.CheckNotIndividual(organization);
        await database.Write(
            async transaction =>
            {
                if (await organizations.HasStacks(transaction, organization.Id))
                {
                    throw ApiException.Conflict(
                        $"'{organization.Login}' has stacks, or deleted ones that could be restored. Transfer them first."
                    );
                }
                await audit.AddOfAccount(
                    transaction,
                    actor,
                    actor.AccountId,
                    AuditEvent.OrganizationDeleted,
                    $"Deleted the organization {organization.Login}"
                );
                await organizations.Delete(transaction, organization.Id);
                return true;
            },
            ct
        );
    }

    private static void CheckLogin(string login)
    {
        if (OrganizationName.Problem(login) is { } problem)
        {
            throw ApiException.BadRequest(problem.Replace("A user name", "The name of an organization", StringComparison.Ordinal));
        }
    }

    private static string CheckName(string name) =>
        name.Trim() is { Length: > 0 and <= LongestName } fits && !fits.Any(char.IsControl)
            ? fits
            : throw ApiException.BadRequest($"The name that is shown has 1 to {LongestName} characters.");

    private static ApiException Taken(string login) => ApiException.Conflict($"The name '{login}' is taken. Choose another.");
}
