using System.Text.RegularExpressions;
using Server.Audit;
using Server.Auth;
using Server.Data;
using Server.Environments;
using Server.Organizations;
using Server.Roles;
using Server.Stacks;

namespace Server.Teams;

/// <summary>
/// Teams are made, filled and given stacks. A team's administrator looks after its members; what the team may do with a stack is for who
/// administers that stack to say, so that nobody gives himself anything through a team.
/// </summary>
public sealed partial class TeamChanges(
    Database database,
    TeamStore teams,
    MemberStore members,
    StackStore stacks,
    EnvironmentStore environments,
    AuditStore audit
)
{
    private const int LongestText = 256;

    /// <exception cref="ApiException">404: there is no such team.</exception>
    public async Task<Team> Find(Organization organization, string name, CancellationToken ct) =>
        await teams.Find(organization, name, ct) ?? throw ApiException.NotFound($"There is no team '{name}' in '{organization.Login}'");

    /// <summary>Whoever makes a team administers it.</summary>
    /// <exception cref="ApiException">400: it cannot be called that. 409: another is.</exception>
    public async Task<Team> Create(
        Organization organization,
        string? name,
        string? displayName,
        string? description,
        Actor actor,
        CancellationToken ct
    )
    {
        organization.Demand(Permission.TeamCreate);
        Members.CheckNotIndividual(organization);
        var given = (name ?? "").Trim();
        if (!Shape().IsMatch(given))
        {
            throw ApiException.BadRequest(
                "The name of a team has 1 to 100 letters, digits, hyphens, underscores and dots, and begins with a letter or digit."
            );
        }
        var (shown, told) = (Text(string.IsNullOrWhiteSpace(displayName) ? given : displayName), Text(description));
        await Write(
            organization,
            actor,
            AuditEvent.TeamCreated,
            $"Created the team {given}",
            async transaction =>
            {
                var id =
                    await teams.Add(transaction, organization.Id, given, shown, told, "pulumi")
                    ?? throw ApiException.Conflict($"There is a team '{given}' already");
                await teams.AddMember(transaction, id, actor.AccountId, admin: true);
            },
            ct
        );
        return await Find(organization, given, ct);
    }

    public Task Describe(Organization organization, Team team, string? displayName, string? description, Actor actor, CancellationToken ct)
    {
        DemandAdministration(organization, team);
        var (shown, told) = (Text(displayName ?? team.DisplayName), Text(description ?? team.Description));
        return Write(
            organization,
            actor,
            AuditEvent.TeamUpdated,
            $"Described the team {team.Name} anew",
            transaction => teams.Describe(transaction, team.Id, shown, told),
            ct
        );
    }

    public Task Delete(Organization organization, Team team, Actor actor, CancellationToken ct)
    {
        organization.Demand(Permission.TeamDelete);
        return Write(
            organization,
            actor,
            AuditEvent.TeamDeleted,
            $"Deleted the team {team.Name}",
            transaction => teams.Delete(transaction, team.Id),
            ct
        );
    }

    /// <param name="action"><c>add</c>, <c>remove</c>, <c>promote</c> or <c>demote</c>.</param>
    /// <exception cref="ApiException">400: it is no action, or does not apply. 404: nobody of that name is in the organization.</exception>
    public async Task ChangeMember(Organization organization, Team team, string? login, string? action, Actor actor, CancellationToken ct)
    {
        DemandAdministration(organization, team);
        if (team.Kind != "pulumi")
        {
            throw ApiException.BadRequest($"The members of '{team.Name}' are kept elsewhere. Change them there.");
        }
        var member =
            await members.Find(organization.Id, login ?? "", ct)
            ?? throw ApiException.NotFound($"'{login}' is not a member of the organization '{organization.Login}'");
        if (
            member.AccountId == organization.AccountId
            && (action is "add" or "promote")
            && !organization.IsAdmin
            && !team.ViewerAdministers
        )
        {
            throw ApiException.Forbidden($"Somebody else puts you in the team '{team.Name}': nobody gives himself what it has.");
        }
        Func<Transaction, Task<bool>> change = action switch
        {
            "add" => transaction => teams.AddMember(transaction, team.Id, member.AccountId, admin: false),
            "remove" => transaction => teams.RemoveMember(transaction, team.Id, member.AccountId),
            "promote" => transaction => teams.SetAdmin(transaction, team.Id, member.AccountId, admin: true),
            "demote" => transaction => teams.SetAdmin(transaction, team.Id, member.AccountId, admin: false),
            _ => throw ApiException.BadRequest($"'{action}' is not a memberAction; there are add, remove, promote and demote."),
        };
        await Write(
            organization,
            actor,
            AuditEvent.TeamUpdated,
            $"{Done(action)} {member.Login} in the team {team.Name}",
            async transaction =>
            {
                if (!await change(transaction))
                {
                    throw ApiException.BadRequest(
                        $"'{member.Login}' is {(action == "add" ? "" : "not ")}in the team '{team.Name}'{(action == "add" ? " already" : "")}."
                    );
                }
            },
            ct
        );
    }

    /// <param name="level">Null takes the stack from the team.</param>
    /// <exception cref="ApiException">404: there is no such stack for the caller. 403: he does not administer it.</exception>
    public async Task SetStack(
        Organization organization,
        Team team,
        string? project,
        string? name,
        long? level,
        Actor actor,
        CancellationToken ct
    )
    {
        var stack =
            await stacks.Find(organization.AccountId, organization.Login, project ?? "", name ?? "", ct)
            ?? throw ApiException.NotFound($"Stack '{organization.Login}/{project}/{name}' not found");
        stack.Demand(Permission.StackAccessUpdate);
        if (level is { } given && !StackLevel.IsGrantable(given))
        {
            throw ApiException.BadRequest($"{given} is not a permission; there are 101 (read), 102 (write) and 103 (admin).");
        }
        if (level is { } wanted && !stack.HasLevel(wanted))
        {
            throw ApiException.Forbidden(
                $"You have less than {StackLevel.NameOf(wanted)} on the stack '{stack.FullName}', and nobody gives more than he has."
            );
        }
        var what = level is null
            ? $"Took {stack.FullName} from the team {team.Name}"
            : $"Gave the team {team.Name} {StackLevel.NameOf(level.Value)} on {stack.FullName}";
        await Write(
            organization,
            actor,
            AuditEvent.TeamUpdated,
            what,
            async transaction =>
            {
                if (level is { } now)
                {
                    await teams.SetStack(transaction, team.Id, stack.Id, now);
                }
                else if (!await teams.RemoveStack(transaction, team.Id, stack.Id))
                {
                    throw ApiException.BadRequest($"The team '{team.Name}' has nothing for '{stack.FullName}'.");
                }
            },
            ct
        );
    }

    /// <param name="level">An <see cref="EnvironmentLevel"/>; null takes the environment from the team.</param>
    /// <exception cref="ApiException">404: there is no such environment for the caller. 403: he may not say who has it, or has less himself.</exception>
    public async Task SetEnvironment(
        Organization organization,
        Team team,
        string? project,
        string? name,
        long? level,
        Actor actor,
        CancellationToken ct
    )
    {
        var environment =
            await environments.Find(organization, organization.Id, project ?? "", name ?? "", ct)
            ?? throw ApiException.NotFound($"Environment '{organization.Login}/{project}/{name}' not found");
        environment.Demand(Permission.EnvironmentAccessUpdate);
        if (level is { } wanted && !environment.HasLevel(wanted))
        {
            throw ApiException.Forbidden(
                $"You have less than {EnvironmentLevel.NameOf(wanted)} on the environment '{environment.FullName}', and nobody gives more than he has."
            );
        }
        var what = level is null
            ? $"Took the environment {environment.FullName} from the team {team.Name}"
            : $"Gave the team {team.Name} {EnvironmentLevel.NameOf(level.Value)} on the environment {environment.FullName}";
        await Write(
            organization,
            actor,
            AuditEvent.TeamUpdated,
            what,
            async transaction =>
            {
                if (level is { } now)
                {
                    await teams.SetEnvironment(transaction, team.Id, environment.Id, now);
                }
                else if (!await teams.RemoveEnvironment(transaction, team.Id, environment.Id))
                {
                    throw ApiException.BadRequest($"The team '{team.Name}' has nothing for '{environment.FullName}'.");
                }
            },
            ct
        );
    }

    private static void DemandAdministration(Organization organization, Team team)
    {
        if (
            !team.ViewerAdministers
            && !organization.Held.Give(Permission.TeamUpdate, new Entity(EntityKind.Team, team.Name.ToLowerInvariant()))
        )
        {
            organization.Demand(Permission.TeamUpdate);
        }
    }

    private Task<bool> Write(
        Organization organization,
        Actor actor,
        string name,
        string what,
        Func<Transaction, Task> change,
        CancellationToken ct
    ) =>
        database.Write(
            async transaction =>
            {
                await change(transaction);
                await audit.Add(transaction, actor, organization.Id, name, what, stackId: null);
                return true;
            },
            ct
        );

    private static string Done(string? action) =>
        action switch
        {
            "add" => "Put",
            "remove" => "Removed",
            "promote" => "Promoted",
            _ => "Demoted",
        };

    private static string Text(string? text) =>
        (text ?? "").Trim() is { Length: <= LongestText } fits && !fits.Any(char.IsControl)
            ? fits
            : throw ApiException.BadRequest($"Names and descriptions of teams have at most {LongestText} characters.");

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Shape();
}
