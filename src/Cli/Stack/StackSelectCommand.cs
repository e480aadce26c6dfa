using System.CommandLine;
using Cli.Backends;
using Cli.Invocation;

namespace Cli.Stack;

internal static class StackSelectCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var argument = new Argument<string?>("stack") { Arity = ArgumentArity.ZeroOrOne };
        var stack = StackOptions.Stack("The name of the stack to select");
        var create = new Option<bool>("--create", "-c") { Description = "Create the stack if there is none of this name" };
        var provider = new Option<string>("--secrets-provider")
        {
            Description = "With --create, what encrypts secrets: default, passphrase, awskms, azurekeyvault, gcpkms or hashivault",
            DefaultValueFactory = _ => "default",
        };
        var command = new PulumiCommand("select", "Switch the current workspace to the given stack")
        {
            Explanation =
                "Switch the current workspace to the given stack.\n\n"
                + "Commands that name no stack work on the selected one. Without an argument you can pick from a list.",
            ArgumentNames = "[stack]",
            MostArguments = 1,
        };
        command.Add(argument);
        command.Add(stack);
        command.Add(create);
        command.Add(provider);
        return command.Runs(
            machine,
            (session, parse, ct) =>
                Run(
                    session,
                    StackOptions.OneOf(parse.GetValue(argument), parse.GetValue(stack)),
                    parse.GetValue(create),
                    parse.GetValue(provider) ?? "default",
                    ct
                )
        );
    }

    internal static async Task<int> Run(Session session, string? name, bool create, string provider, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        work.RequireProject();
        if (string.IsNullOrEmpty(name))
        {
            if (!session.Interactive)
            {
                throw new UserErrorException("no stack selected; specify a stack name with --stack", Exit.StackNotFound);
            }
            await new StackChooser(work).Choose(mayCreate: true, ct);
            return 0;
        }
        work.Select(await Find(work, name, create, provider, ct));
        return 0;
    }

    private static async Task<StackName> Find(Workplace work, string name, bool create, string provider, CancellationToken ct)
    {
        var stack = work.Backend.Parse(name);
        if (!create)
        {
            return (await work.Existing(name, ct)).Stack;
        }
        return await work.Backend.Find(stack, ct) is not null
            ? stack
            : await new StackCreation(work).Run(stack, new(provider, [], null), ct);
    }
}
