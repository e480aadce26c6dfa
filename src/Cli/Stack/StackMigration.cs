using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Backends.Cloud;
using Cli.Backends.Diy;
using Cli.Project;
using Cli.Secrets;
using Cli.State;

namespace Cli.Stack;

/// <summary>
/// One stack's way from one back end to another. It may be interrupted anywhere: the state is what arrives last, and a target that has no state is
/// taken for what an interrupted migration left.
/// </summary>
internal sealed class StackMigration
{
    private readonly Workplace source;
    private readonly Workplace target;
    private readonly MigrationWishes wishes;
    private readonly StackDetails from;
    private readonly StackName to;

    /// <summary>By an attempt before this one.</summary>
    private readonly bool isStarted;

    private StackMigration(Workplace source, Workplace target, MigrationWishes wishes, StackDetails from, StackName to, bool isStarted) =>
        (this.source, this.target, this.wishes, this.from, this.to, this.isStarted) = (source, target, wishes, from, to, isStarted);

    public string Question =>
        $"This will migrate stack {from.Stack.Full} from {source.Backend.Name} to {target.Backend.Name} as {to.Full}.\n"
        + "The stack on the source stays as it is. Continue?";

    public static async Task<StackMigration> Prepare(Workplace source, Workplace target, MigrationWishes wishes, CancellationToken ct)
    {
        StackSecrets.CheckName(wishes.SecretsProvider);
        var name = wishes.Stack is { Length: > 0 } given ? source.Backend.Parse(given) : source.Selected;
        if (name is null)
        {
            throw new UserErrorException("no stack selected on the source; name the stack to migrate", Exit.StackNotFound);
        }
        var found =
            await source.Backend.Find(name, ct)
            ?? throw new UserErrorException($"source stack \"{name.Full}\" not found in backend {source.Backend.Name}", Exit.StackNotFound);
        var goal = TargetName(target.Backend, wishes.Target, name);
        var exists = await target.Backend.Find(goal, ct) is not null;
        if (
            exists
            && Deployment.Read(await target.Backend.Export(goal, null, ct), goal.Full)?.Resources.Any() == true
            && !await HasOnlyHistory(target.Backend, goal, ct)
        )
        {
            throw new UserErrorException(
                $"target stack \"{goal.Full}\" already exists in {target.Backend.Name}; remove it first or pick another name with --target"
            );
        }
        return new(source, target, wishes, found, goal, exists);
    }

    public async Task Run(CancellationToken ct)
    {
        var session = target.Session;
        var deployment = Deployment.Read(await source.Backend.Export(from.Stack, null, ct), from.Stack.Full);
        var old = deployment?.SecretsProvider is { } description
            ? source.Secrets.OfState(description, source.Backend.Show(from.Stack))
            : null;
        await Reveal(source, deployment, from.Stack, ct);
        var file = ConfigFile(target, to);
        var provider = await Provider(file, ct);
        var isConfigured = await IsConfigured(file, provider, ct);
        var configuration = OfConfiguration(isConfigured ? file : null) ?? old ?? OfService();
        if (deployment is not null)
        {
            Renaming.Apply(deployment, from.Stack, to);
            if (!wishes.Force)
            {
                Integrity.Check(session, deployment);
            }
        }
        var plain = deployment?.Body.DeepClone();
        if (provider is ServiceSecrets)
        {
            await Create(provider, ct); // a cloud encrypts for stacks that it has
            await Configuration(isConfigured, provider, ct);
        }
        else
        {
            await Configuration(isConfigured, provider, ct);
            await Create(provider, ct);
        }
        await History(configuration, provider, ct);
        if (deployment is not null)
        {
            await SecretValues.Hide(deployment.Body, provider, ct);
            deployment.Body["secrets_providers"] = provider.Description;
            await target.Backend.Import(to, deployment.Write(), ct);
            await Verify(plain!, ct);
        }
        await session.Out.WriteLineAsync($"Migrated stack {from.Stack.Full} from {source.Backend.Name} to {target.Backend.Name}.");
        await session.Out.WriteLineAsync($"Source stack state on {source.Backend.Name} is untouched.");
    }

    /// <summary>A name of one kind of back end as one of the other: the organizations differ, project and stack stay.</summary>
    private static StackName TargetName(IBackend backend, string? wanted, StackName name)
    {
        if (!string.IsNullOrEmpty(wanted))
        {
            return backend.Parse(wanted);
        }
        if (name.Project.Length == 0)
        {
            return backend.Parse(name.Name);
        }
        var owner = backend is CloudBackend cloud ? cloud.DefaultOrganization : DiyNames.Organization;
        return backend.Parse($"{owner}/{name.Project}/{name.Name}");
    }

    private static StackFile? ConfigFile(Workplace work, StackName stack) =>
        work.FileOf(stack) is { } file && File.Exists(file.Path) ? file : null;

    private static async Task Reveal(Workplace work, Deployment? deployment, StackName stack, CancellationToken ct)
    {
        if (deployment?.SecretsProvider is { } description)
        {
            await SecretValues.Reveal(deployment.Body, work.Secrets.OfState(description, work.Backend.Show(stack)), ct);
        }
    }

    /// <summary>What an interrupted migration into a cloud leaves, too: the states of the past, and not yet the present one.</summary>
    private static async Task<bool> HasOnlyHistory(IBackend backend, StackName stack, CancellationToken ct) =>
        backend is CloudBackend cloud && await new CloudPast(cloud.Connection, stack).Status(ct) is { Open: true, StateVersion: > 0 };

    /// <summary>What encrypts the configuration of the source, asked before its file perhaps becomes that of the target.</summary>
    /// <param name="done">What has become that of the target already.</param>
    private ISecretsProvider? OfConfiguration(StackFile? done) =>
        ConfigFile(source, from.Stack) is { } file && file.Path != done?.Path && !source.Secrets.LacksKey(file)
            ? source.Secrets.OfFile(from.Stack, file)
            : null;

    private ServiceSecrets? OfService() => source.Backend is CloudBackend cloud ? ServiceSecrets.Of(cloud.Connection, from.Stack) : null;

    /// <summary>A second attempt goes on with the provider that the first one wrote into the stack's file. A cloud's own needs no file.</summary>
    private async Task<ISecretsProvider> Provider(StackFile? file, CancellationToken ct) =>
        isStarted && file is not null && !(target.Backend.IsCloud && wishes.SecretsProvider is "" or "default")
            ? target.Secrets.OfFile(to, file)
            : await target.Secrets.New(to, wishes.SecretsProvider, ct);

    /// <summary>Whether a first attempt has come so far. Only a cloud's own provider is made use of before the file is written.</summary>
    private async Task<bool> IsConfigured(StackFile? written, ISecretsProvider provider, CancellationToken ct)
    {
        if (!isStarted || written is null || provider is not ServiceSecrets)
        {
            return isStarted && written is not null;
        }
        try
        {
            await provider.Decrypt(written.Ciphertexts, ct);
            return written.EncryptionSalt is null && written.EncryptedKey is null;
        }
        catch (UserErrorException)
        {
            return false; // they are the source's still
        }
    }

    private async Task Configuration(bool isDone, ISecretsProvider provider, CancellationToken ct)
    {
        if (isDone)
        {
            return;
        }
        if (ConfigFile(source, from.Stack) is not { } file)
        {
            if (target.FileOf(to) is { } fresh)
            {
                StackSecrets.Record(fresh, provider).Save();
            }
            return;
        }
        var changed = await StackCreation.Reencrypted(file, source.Secrets.OfFile(from.Stack, file), provider, ct);
        var backup = Backup(file.Path);
        File.Copy(file.Path, backup);
        await target.Session.Out.WriteLineAsync($"Backed up {Path.GetFileName(file.Path)} to {Path.GetFileName(backup)}");
        StackSecrets.Record(StackFile.Of(target.RequireProject().StackFileOf(to.Name), changed.Text), provider).Save();
    }

    private static string Backup(string path)
    {
        do
        {
            path += ".bak";
        } while (File.Exists(path));
        return path;
    }

    private async Task Create(ISecretsProvider provider, CancellationToken ct)
    {
        if (isStarted)
        {
            return;
        }
        var state =
            target.Backend.IsCloud && provider is not ServiceSecrets
                ? Deployment.Empty(target.Session.Machine.Clock.GetUtcNow(), provider.Description).Write()
                : null;
        var tags = new SortedDictionary<string, string>(from.Tags.ToDictionary(), StringComparer.Ordinal);
        if (target.Backend.IsCloud)
        {
            tags["pulumi:project"] = to.Project;
        }
        await target.Backend.Create(to, new(tags, [], state), ct);
    }

    /// <param name="configuration">What encrypts that of the source; null when nobody can say.</param>
    private async Task History(ISecretsProvider? configuration, ISecretsProvider provider, CancellationToken ct)
    {
        switch (source.Backend, target.Backend)
        {
            case (DiyBackend other, DiyBackend store):
                var renewal = new HistoryRenewal(source, (from.Stack, to), configuration, provider);
                await store.CopyHistory(other, from.Stack, to, (key, content) => renewal.Renew(key, content, ct), ct);
                break;
            case (CloudBackend cloud, DiyBackend store):
                var updates = await cloud.History(from.Stack, pageSize: 0, page: 1, ct);
                await store.AddHistory(to, await HistoryCopy.Of(target.Session, updates, configuration, provider, ct), ct);
                break;
            case (_, CloudBackend cloud):
                await IntoCloud(cloud, configuration, provider, ct);
                break;
        }
    }

    private async Task IntoCloud(CloudBackend cloud, ISecretsProvider? configuration, ISecretsProvider provider, CancellationToken ct)
    {
        if ((await source.Backend.History(from.Stack, 1, 1, ct)).Count == 0)
        {
            return;
        }
        var past = new CloudPast(cloud.Connection, to);
        switch (await past.Status(ct))
        {
            case null:
                target.Session.Say("The history of the stack stays on the source: a cloud takes none that it has not seen.");
                break;
            case { Open: false }:
                target.Session.Say("The history of the stack stays on the source: something has happened to the target already.");
                break;
            case { } status:
                await new CloudHistory(source, target, (from.Stack, to), configuration, provider).Copy(past, status, ct);
                break;
        }
    }

    private async Task Verify(JsonNode plain, CancellationToken ct)
    {
        var arrived = Deployment.Read(await target.Backend.Export(to, null, ct), to.Full);
        await Reveal(target, arrived, to, ct);
        foreach (var body in new[] { plain.AsObject(), arrived?.Body ?? [] })
        {
            body.Remove("secrets_providers");
        }
        if (!JsonNode.DeepEquals(plain, arrived?.Body))
        {
            throw new UserErrorException(
                $"what arrived in {target.Backend.Name} is not what left {source.Backend.Name}: the stack '{to.Full}' is not to be used. "
                    + "Remove it and migrate again"
            );
        }
    }
}
