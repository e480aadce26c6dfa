using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Cli.Auth;
using Cli.Backends.Buckets;
using Cli.State;

namespace Cli.Backends.Diy;

/// <summary>Stacks in a folder, a bucket or a table, in the stock CLI's layout.</summary>
internal sealed class DiyBackend : IBackend
{
    private readonly Session session;
    private readonly IBucket bucket;
    private readonly Layout layout;
    private readonly DiyNames names;
    private readonly StateFiles states;
    private readonly StackLocks locks;
    private readonly TagFile tags;
    private readonly HistoryFiles history;

    private DiyBackend(Session session, string url, IBucket bucket, Layout layout, string? project)
    {
        (this.session, this.bucket, this.layout, Url) = (session, bucket, layout, url);
        names = new(layout.IsLegacy, project);
        states = new(session.Machine, bucket);
        locks = new(session, bucket, url);
        tags = new(bucket);
        history = new(bucket);
    }

    public string Url { get; }
    public string Name => BackendName.Of(session.Machine, Url);
    public bool IsCloud => false;
    public bool IsLegacy => layout.IsLegacy;
    public IBucket Bucket => bucket;

    /// <param name="toUpgrade">See <see cref="StoreFormat.Open"/>.</param>
    public static async Task<DiyBackend> Open(Session session, string url, string? project, bool toUpgrade, CancellationToken ct)
    {
        var opened = await OpenBucket(session.Machine, url, ct);
        try
        {
            return new(session, url, opened, await StoreFormat.Open(session, opened, toUpgrade, ct), project);
        }
        catch (BucketFaultException fault)
        {
            await opened.DisposeAsync();
            throw Unopened(url, fault);
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    private static async Task<IBucket> OpenBucket(Machine machine, string url, CancellationToken ct)
    {
        try
        {
            return await BucketUrl.Open(machine, url, ct);
        }
        catch (UserErrorException problem) when (problem is not UnopenedException)
        {
            throw Unopened(url, problem);
        }
    }

    private static UnopenedException Unopened(string url, UserErrorException fault)
    {
        var what = url.StartsWith("postgres:", StringComparison.Ordinal) ? "state database" : "bucket";
        return new($"unable to open {what} \"{BackendUrl.WithoutCredentials(url)}\": {fault.Message}", fault.Message);
    }

    public StackName Parse(string text) => names.Parse(text);

    public string Show(StackName stack) => names.Show(stack, session.FullStackNames);

    public async Task<IReadOnlyList<StackSummary>> List(StackFilter filter, CancellationToken ct)
    {
        var stacks = (await bucket.List(Layout.Stacks, ct))
            .Select(file => (Stack: layout.StackOf(file.Key), File: file))
            .Where(found => found.Stack is { } stack && (layout.IsLegacy || filter.Project is null || stack.Project == filter.Project))
            .GroupBy(found => found.Stack!, found => found.File);
        var found = new ConcurrentBag<StackSummary>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = ct };
        await Parallel.ForEachAsync(
            stacks,
            parallel,
            async (files, token) =>
            {
                if (await Matches(files.Key, filter, token) && await states.Read(StateFiles.Newest(files)!, token) is { } file)
                {
                    var glance = StateGlance.Of(file);
                    found.Add(new(files.Key, glance.Time, null, glance.Resources, null));
                }
            }
        );
        return [.. found.OrderBy(summary => summary.Stack.Full, StringComparer.Ordinal)];
    }

    public async Task<StackDetails?> Find(StackName stack, CancellationToken ct) =>
        await states.Find(stack, ct) is null ? null : new(stack, await tags.Read(stack, ct));

    public async Task Create(StackName stack, NewStack wishes, CancellationToken ct)
    {
        if (wishes.Teams.Count > 0)
        {
            throw new UserErrorException($"stack {Show(stack)} uses the {Name} backend: {Name} does not support --teams");
        }
        if (!await states.Create(stack, wishes.State ?? "{\"version\":3,\"deployment\":null}"u8.ToArray(), ct))
        {
            throw new UserErrorException($"stack '{stack.Full}' already exists");
        }
        if (wishes.Tags.Count > 0)
        {
            await tags.Write(stack, wishes.Tags, ct);
        }
    }

    public Task<bool> Delete(StackName stack, bool force, bool withBackups, CancellationToken ct) =>
        locks.Hold(
            stack,
            async () =>
            {
                var file = await states.Read(stack, ct);
                if (!force && file is not null && StateGlance.Of(file).Resources > 0)
                {
                    return false;
                }
                await states.Remove(stack, withBackups, ct);
                await bucket.Delete(Layout.Tags(stack), ct);
                await history.Remove(stack, ct);
                return true;
            },
            ct
        );

    public Task Rename(StackName stack, StackName to, CancellationToken ct) => locks.Hold(stack, () => MoveTo(stack, to, ct), ct);

    public Task SetTags(StackName stack, IReadOnlyDictionary<string, string> values, CancellationToken ct) => tags.Write(stack, values, ct);

    public async Task<byte[]> Export(StackName stack, string? version, CancellationToken ct)
    {
        if (version is not null)
        {
            throw new UserErrorException($"the current backend ({Name}) does not provide the ability to export previous deployments");
        }
        var file = await states.Read(stack, ct) ?? throw NotFound(stack);
        return StateFiles.ToDeployment(file, Layout.StateFile(stack));
    }

    public async Task<byte[]?> ExportPast(StackName stack, PastUpdate update, CancellationToken ct) =>
        await history.StateOf(update, ct) is var (key, file) ? StateFiles.ToDeployment(file, key) : null;

    public Task Import(StackName stack, ReadOnlyMemory<byte> deployment, CancellationToken ct) =>
        locks.Hold(stack, () => states.Write(stack, deployment, ct), ct);

    public Task<IReadOnlyList<PastUpdate>> History(StackName stack, int pageSize, int page, CancellationToken ct) =>
        history.Read(stack, pageSize, page, ct);

    public async Task<PastUpdate?> Latest(StackName stack, CancellationToken ct) =>
        (await history.Read(stack, pageSize: 1, page: 1, ct)).ElementAtOrDefault(0);

    public Task Cancel(StackName stack, CancellationToken ct) => locks.RemoveAll(stack, ct);

    public string? ConsolePage(StackName stack) => null;

    public ValueTask DisposeAsync() => bucket.DisposeAsync();

    /// <summary>First everything under the new name, then the old one goes: a process that is killed in between leaves both.</summary>
    public async Task MoveTo(StackName stack, StackName to, CancellationToken ct)
    {
        var file = await states.Read(stack, ct) ?? throw NotFound(stack);
        var text = StateFiles.ToDeployment(file, Layout.StateFile(stack));
        if (Deployment.Read(text, stack.Name) is { } deployment)
        {
            Renaming.Apply(deployment, stack, to);
            text = deployment.Write();
        }
        if (!await states.Create(to, text, ct))
        {
            throw new UserErrorException($"a stack named {to.Full} already exists");
        }
        if (await tags.Read(stack, ct) is { Count: > 0 } values)
        {
            await tags.Write(to, values, ct);
        }
        await history.Move(stack, to, ct);
        await states.Remove(stack, withBackups: false, ct);
        await bucket.Delete(Layout.Tags(stack), ct);
    }

    /// <summary>The whole history of another store's stack; that stays.</summary>
    /// <param name="change">Gets the key and the content of a file, and makes the content that is written.</param>
    public Task CopyHistory(
        DiyBackend other,
        StackName stack,
        StackName to,
        Func<string, byte[], Task<byte[]>> change,
        CancellationToken ct
    ) => HistoryFiles.Copy((other.bucket, stack), (bucket, to), change, ct);

    /// <summary>Updates that were made elsewhere.</summary>
    public async Task AddHistory(StackName stack, IEnumerable<JsonObject> entries, CancellationToken ct)
    {
        foreach (var entry in entries)
        {
            await history.Add(stack, entry, ct);
        }
    }

    private async Task<bool> Matches(StackName stack, StackFilter filter, CancellationToken ct)
    {
        if (filter.TagName is null)
        {
            return true;
        }
        var values = await tags.Read(stack, ct);
        return values.TryGetValue(filter.TagName, out var value) && (filter.TagValue is null || value == filter.TagValue);
    }

    private int ParallelReads =>
        int.TryParse(session.Machine.Variable("PULUMI_DIY_BACKEND_PARALLEL"), CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : 10;

    private UserErrorException NotFound(StackName stack) => new($"no stack named '{Show(stack)}' found", Exit.StackNotFound);
}
