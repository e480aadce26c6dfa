using Cli.Backends;
using Cli.Invocation;

namespace Cli.Stack;

internal static class ConsoleCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var stack = StackOptions.Stack("The name of the stack to view. Defaults to the current stack");
        var command = new PulumiCommand("console", "Opens the current stack in the console of the backend")
        {
            Explanation = "Opens the current stack in the console of the backend, with the browser of this machine.",
            Group = StackOptions.Group,
        };
        command.Add(stack);
        return command.Runs(machine, (session, parse, ct) => Run(session, parse.GetValue(stack), ct));
    }

    internal static async Task<int> Run(Session session, string? name, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        if (!work.Backend.IsCloud)
        {
            await session.Out.WriteLineAsync(
                "This command is not available for your backend. To migrate to the Pulumi Cloud backend, please see "
                    + "https://www.pulumi.com/docs/intro/concepts/state/#pulumi-cloud-backend"
            );
            return 0;
        }
        var stack = work.Named(name) is { } named ? work.Backend.Parse(named) : work.Selected;
        if (stack is null)
        {
            await session.Out.WriteLineAsync("No stack is currently selected. Run `pulumi stack select` to select a stack.");
        }
        else if (await work.Backend.Find(stack, ct) is null)
        {
            await session.Out.WriteLineAsync(
                $"Stack '{work.Backend.Show(stack)}' does not exist. Run `pulumi stack init` to create a new stack."
            );
        }
        else
        {
            await Open(session, work.Backend, stack, ct);
        }
        return 0;
    }

    private static async Task Open(Session session, IBackend backend, StackName stack, CancellationToken ct)
    {
        if (backend.ConsolePage(stack) is not { } page)
        {
            throw new UserErrorException("the console of this backend is not known; name its host in PULUMI_CONSOLE_DOMAIN");
        }
        if (!await session.Machine.OpenBrowser(new Uri(page), ct))
        {
            await session.Out.WriteAsync($"We couldn't launch your web browser for some reason. \nPlease visit: {page}");
        }
    }
}
