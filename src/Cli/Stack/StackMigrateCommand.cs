using System.CommandLine;
using Cli.Invocation;

namespace Cli.Stack;

internal static class StackMigrateCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var url = new Argument<string>("url");
        var stack = new Argument<string?>("stack-name") { Arity = ArgumentArity.ZeroOrOne };
        var target = new Option<string?>("--target") { Description = "The name of the stack here. Defaults to the name it has there" };
        var provider = new Option<string>("--secrets-provider")
        {
            Description = "What encrypts secrets here: default, passphrase, awskms, azurekeyvault, gcpkms or hashivault",
            DefaultValueFactory = _ => "default",
        };
        var yes = StackOptions.Yes("Migrate without asking");
        var force = new Option<bool>("--force", "-f") { Description = "Migrate even if the state does not pass its checks" };
        var command = new PulumiCommand("migrate", "Copy a stack from another backend into the current one")
        {
            Explanation = """
                Copy a stack from another backend into the current one.

                The stack arrives with its state, its tags and its configuration; secrets are decrypted with what protects them there and
                encrypted with what protects them here. Its history comes along, too, except into Pulumi Cloud, which takes none. What has
                arrived is read back and compared. The source is not changed; a migration that was interrupted can be run again.

                    $ pulumi login https://pulumi.example.com
                    $ pulumi stack migrate s3://my-bucket organization/web/dev --target acme/web/dev
                """,
            ArgumentNames = "<url> [stack-name]",
            FewestArguments = 1,
            MostArguments = 2,
        };
        command.Add(url);
        command.Add(stack);
        foreach (var option in new Option[] { target, provider, yes, force })
        {
            command.Add(option);
        }
        return command.Runs(
            machine,
            (session, parse, ct) =>
            {
                var wishes = new MigrationWishes(
                    parse.GetValue(url)!,
                    parse.GetValue(stack),
                    parse.GetValue(target),
                    parse.GetValue(provider) ?? "default",
                    parse.GetValue(force)
                );
                return Run(session, wishes, new Confirmation(session, parse.GetValue(yes)), ct);
            }
        );
    }

    internal static async Task<int> Run(Session session, MigrationWishes wishes, Confirmation confirmation, CancellationToken ct)
    {
        await using var target = await Workplace.Open(session, ct);
        await using var source = await Workplace.OpenOther(session, wishes.Url, ct);
        if (source.Backend.Url == target.Backend.Url)
        {
            throw new UserErrorException($"source and target backends are the same ({target.Backend.Url}); nothing to migrate");
        }
        var migration = await StackMigration.Prepare(source, target, wishes, ct);
        if (!confirmation.Given && !await Confirmed(session, migration, ct))
        {
            await session.Out.WriteLineAsync("Migration cancelled");
            return (int)Exit.Error;
        }
        await migration.Run(ct);
        return 0;
    }

    private static async Task<bool> Confirmed(Session session, StackMigration migration, CancellationToken ct)
    {
        if (!session.Interactive)
        {
            throw new UserErrorException("non-interactive mode requires --yes flag");
        }
        await session.Out.WriteLineAsync(migration.Question);
        return (await session.Machine.Terminal.ReadLine("Type `yes` to continue: ", false, ct))?.Trim() == "yes";
    }
}

/// <param name="Url">The other back end's.</param>
/// <param name="Stack">There; null is the one that is selected there.</param>
/// <param name="Target">Here; null is the same name.</param>
internal sealed record MigrationWishes(string Url, string? Stack, string? Target, string SecretsProvider, bool Force);
