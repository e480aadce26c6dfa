using Cli.Backends;
using Cli.Project;
using Cli.Secrets;
using Cli.State;

namespace Cli.Stack;

/// <summary>Makes a stack, its secrets provider, and its file.</summary>
internal sealed class StackCreation(Workplace work)
{
    public async Task<StackName> Run(StackName stack, CreationWishes wishes, CancellationToken ct)
    {
        StackSecrets.CheckName(wishes.SecretsProvider);
        if (work.Project is { Name.Length: > 0 } project && stack.Project.Length > 0 && stack.Project != project.Name)
        {
            throw new UserErrorException($"provided project name \"{stack.Project}\" doesn't match Pulumi.yaml");
        }
        if (wishes.RemoteConfig)
        {
            CheckRemote(wishes);
        }
        if (await work.Backend.Find(stack, ct) is not null)
        {
            throw new UserErrorException($"stack '{stack.Full}' already exists");
        }
        var file = wishes.RemoteConfig ? null : work.FileOf(stack);
        var provider = await Provider(stack, file, wishes, ct);
        // The cloud's own provider needs no word; of any other the state says which it is, from the beginning.
        var state =
            work.Backend.IsCloud && provider is not ServiceSecrets
                ? Deployment.Empty(work.Session.Machine.Clock.GetUtcNow(), provider.Description).Write()
                : null;
        var environment = wishes.RemoteConfig ? $"{stack.Project}/{stack.Name}" : null;
        await work.Backend.Create(stack, new(TagsOf(stack), wishes.Teams, state, environment), ct);
        if (file is not null)
        {
            Save(file, await Configured(file, provider, wishes, ct));
        }
        work.Session.Say($"Created stack '{work.Backend.Show(stack)}'");
        return stack;
    }

    private void CheckRemote(CreationWishes wishes)
    {
        if (!work.Backend.IsCloud)
        {
            throw new UserErrorException(
                $"backend {work.Backend.Name} does not support --remote-config: the configuration is kept in environments of a cloud"
            );
        }
        if (wishes.CopyConfigFrom is not null)
        {
            throw new UserErrorException("--copy-config-from copies files; with --remote-config use `pulumi env clone`");
        }
    }

    private async Task<ISecretsProvider> Provider(StackName stack, StackFile? file, CreationWishes wishes, CancellationToken ct)
    {
        if (file is { EncryptionSalt: not null } or { EncryptedKey: not null } && wishes.SecretsProvider is "" or "default" or "passphrase")
        {
            return work.Secrets.OfFile(stack, file); // the file was there before the stack: its secrets stay readable
        }
        try
        {
            return await work.Secrets.New(stack, wishes.SecretsProvider, ct);
        }
        catch (UserErrorException problem)
        {
            throw new UserErrorException($"could not create secrets manager for new stack: {problem.Message}", problem.Exit);
        }
    }

    private async Task<StackFile> Configured(StackFile file, ISecretsProvider provider, CreationWishes wishes, CancellationToken ct)
    {
        if (wishes.CopyConfigFrom is { } from)
        {
            var source = await work.Existing(from, ct);
            var original =
                work.FileOf(source.Stack)
                ?? throw new UserErrorException($"the configuration of '{from}' is not here: it belongs to another project");
            var copy = StackFile.Of(file.Path, original.Text);
            file = await Reencrypted(copy, work.Secrets.OfFile(source.Stack, original), provider, ct);
        }
        return StackSecrets.Record(file, provider);
    }

    /// <summary>The same configuration, its secrets under another provider.</summary>
    public static async Task<StackFile> Reencrypted(StackFile file, ISecretsProvider from, ISecretsProvider to, CancellationToken ct)
    {
        var ciphertexts = file.Ciphertexts.Distinct(StringComparer.Ordinal).ToList();
        if (ciphertexts.Count == 0)
        {
            return file;
        }
        var changed = await to.Encrypt(await from.Decrypt(ciphertexts, ct), ct);
        return file.WithSecrets(ciphertexts.Zip(changed).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
    }

    private static void Save(StackFile before, StackFile after)
    {
        if (after.Text != before.Text)
        {
            after.Save();
        }
    }

    private SortedDictionary<string, string> TagsOf(StackName stack)
    {
        var tags = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!work.Backend.IsCloud)
        {
            return tags;
        }
        tags["pulumi:project"] = stack.Project;
        if (work.Project is { } project && project.Name == stack.Project)
        {
            foreach (var (name, value) in new[] { ("pulumi:runtime", project.Runtime), ("pulumi:description", project.Description) })
            {
                if (value.Length > 0)
                {
                    tags[name] = value.Length > 256 ? value[..256] : value;
                }
            }
        }
        return tags;
    }
}

/// <param name="CopyConfigFrom">A stack; null is none.</param>
/// <param name="RemoteConfig">Keep the configuration in an environment of the stack's name.</param>
internal sealed record CreationWishes(
    string SecretsProvider,
    IReadOnlyList<string> Teams,
    string? CopyConfigFrom,
    bool RemoteConfig = false
);
