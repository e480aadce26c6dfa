using Cli.Backends.Cloud;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Org;

internal static class OrgGetDefaultCommand
{
    public static PulumiCommand Create(Machine machine) =>
        new PulumiCommand("get-default", "Get the default org for the current backend")
        {
            Explanation =
                "Get the default org for the current backend.\n\n"
                + "Stack names without an organization belong to it. PULUMI_DEFAULT_ORGANIZATION overrules what is stored.",
        }.Runs(machine, (session, _, ct) => Run(session, ct));

    internal static async Task<int> Run(Session session, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        if (work.Backend is not CloudBackend cloud)
        {
            throw new UserErrorException($"backends of this type \"{work.Backend.Name}\" do not support organizations");
        }
        await session.Out.WriteLineAsync(cloud.DefaultOrganization is { Length: > 0 } name ? name : OrgCommand.NoDefault);
        return 0;
    }
}
