using System.CommandLine;
using Cli.Invocation;
using Cli.Secrets;
using Cli.State;

namespace Cli.Stack;

internal static class StackChangeSecretsProviderCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var provider = new Argument<string>("new-secrets-provider");
        var stack = StackOptions.Stack();
        var command = new PulumiCommand("change-secrets-provider", "Change the secrets provider for a stack")
        {
            Explanation = """
                Change the secrets provider for a stack.

                Every secret of the stack's configuration and state is decrypted with the present provider and encrypted with the new
                one. The same provider again means a new key or a new passphrase; in a session without a person, the new passphrase is
                read from standard input.

                    $ pulumi stack change-secrets-provider default
                    $ pulumi stack change-secrets-provider passphrase
                    $ pulumi stack change-secrets-provider "awskms://alias/ExampleAlias?region=us-east-1"
                    $ pulumi stack change-secrets-provider "azurekeyvault://mykeyvault.vault.azure.net/keys/mykey"
                    $ pulumi stack change-secrets-provider "gcpkms://projects/P/locations/L/keyRings/R/cryptoKeys/K"
                    $ pulumi stack change-secrets-provider "hashivault://mykey"
                """,
            ArgumentNames = "<new-secrets-provider>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Add(provider);
        command.Add(stack);
        return command.Runs(machine, (session, parse, ct) => Run(session, parse.GetValue(stack), parse.GetValue(provider)!, ct));
    }

    internal static async Task<int> Run(Session session, string? name, string providerName, CancellationToken ct)
    {
        StackSecrets.CheckName(providerName);
        await using var work = await Workplace.Open(session, ct);
        work.RequireProject();
        var stack = (await work.Require(name, ct)).Stack;
        var file =
            work.FileOf(stack)
            ?? throw new UserErrorException($"run this command in the project '{stack.Project}': its stack's file changes, too");
        var old = work.Secrets.OfFile(stack, file);
        var provider = await work.Secrets.Changed(stack, providerName, old, ct);
        await session.Out.WriteLineAsync("Migrating old configuration and state to new secrets provider");
        var changed = StackSecrets.Record(await StackCreation.Reencrypted(file, old, provider, ct), provider);
        var deployment = Deployment.Read(await work.Backend.Export(stack, null, ct), work.Backend.Show(stack));
        if (deployment is not null)
        {
            await new SecretsForStack(work).Change(deployment, stack, provider, ct);
        }
        // The file holds the new key: without it a state under that key could not be read.
        changed.Save();
        if (deployment is not null)
        {
            await work.Backend.Import(stack, deployment.Write(), ct);
        }
        return 0;
    }
}
