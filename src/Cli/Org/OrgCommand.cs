using Cli.Backends.Cloud;
using Cli.Invocation;
using Cli.Org.AuditLog;
using Cli.Org.Member;
using Cli.Org.Role;
using Cli.Stack;
using Cli.Webhook;

namespace Cli.Org;

internal static class OrgCommand
{
    public const string NoDefault = "No Default Org Specified";

    public static PulumiCommand Create(Machine machine)
    {
        var command = new PulumiCommand("org", "Manage organization configuration")
        {
            Explanation =
                "Manage organization configuration.\n\n"
                + "Without a subcommand this shows the backend in use and the organization that stack names without one belong to.",
            Group = "Pulumi Cloud Commands",
        };
        command.Add(OrgGetDefaultCommand.Create(machine));
        command.Add(OrgSetDefaultCommand.Create(machine));
        command.Add(OrgSearchCommand.Create(machine));
        command.Add(OrgUsageCommand.Create(machine));
        command.Add(OrgRoleCommand.Create(machine));
        command.Add(OrgMemberCommand.Create(machine));
        command.Add(OrgAuditLogCommand.Create(machine));
        command.Add(WebhookCommand.OfOrganization(machine));
        return command.Runs(machine, (session, _, ct) => Run(session, ct));
    }

    internal static async Task<int> Run(Session session, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        await session.Out.WriteLineAsync($"Current Backend: {work.Backend.Url}");
        var organization = (work.Backend as CloudBackend)?.DefaultOrganization;
        await session.Out.WriteLineAsync(string.IsNullOrEmpty(organization) ? NoDefault : $"Default Org: {organization}");
        return 0;
    }
}
