using System.Globalization;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Auth;
using Cli.Storage;

namespace Cli.Backends.Cloud;

/// <summary>Stacks on Pulumi Cloud or Holdfast.</summary>
internal sealed class CloudBackend : IBackend
{
    private const string HasResources = "Bad Request: Stack still contains resources.";
    private readonly Session session;
    private readonly CloudNames names;

    private CloudBackend(Session session, CloudConnection connection, CloudNames names)
    {
        (this.session, Connection, this.names) = (session, connection, names);
    }

    public CloudConnection Connection { get; }
    public string Url => Connection.Url;
    public string Name => BackendName.Of(session.Machine, Url);
    public bool IsCloud => true;
    public string DefaultOrganization => names.DefaultOrganization;

    public static async Task<CloudBackend> Open(Session session, string url, Account account, string? project, CancellationToken ct)
    {
        var connection = new CloudConnection(session, url, account);
        var organization = await CloudNames.FindDefaultOrganization(session, connection, ct);
        return new(session, connection, new(organization, project));
    }

    public StackName Parse(string text) => names.Parse(text);

    public string Show(StackName stack) => names.Show(stack, session.FullStackNames);

    public async Task<IReadOnlyList<StackSummary>> List(StackFilter filter, CancellationToken ct)
    {
        var stacks = new List<StackSummary>();
        string? next = null;
        do
        {
            var page = await Connection.Ask(CloudCall.Get("/api/user/stacks" + QueryOf(filter, next)), ct);
            stacks.AddRange((page["stacks"] as JsonArray ?? []).OfType<JsonObject>().Select(Summary));
            next = page["continuationToken"]?.GetValue<string>();
        } while (next is { Length: > 0 });
        return [.. stacks.OrderBy(summary => summary.Stack.Full, StringComparer.Ordinal)];
    }

    public async Task<StackDetails?> Find(StackName stack, CancellationToken ct)
    {
        var body = await Connection.SendOr(CloudCall.Get(PathOf(stack)), refused => refused.Code == 404, _ => null, ct);
        return body is null ? null : Details(stack, CloudConnection.Parse(body));
    }

    public async Task Create(StackName stack, NewStack wishes, CancellationToken ct)
    {
        var request = new JsonObject { ["stackName"] = stack.Name };
        request["tags"] = Map(wishes.Tags);
        if (wishes.Teams.Count > 0)
        {
            request["teams"] = new JsonArray([.. wishes.Teams.Select(team => JsonValue.Create(team))]);
        }
        if (wishes.State is { } state)
        {
            request["state"] = JsonNode.Parse(state);
        }
        if (wishes.Environment is { } environment)
        {
            request["config"] = new JsonObject { ["environment"] = environment };
        }
        var answer = await Connection.SendOr(
            CloudCall.Post($"/api/stacks/{stack.Organization}/{stack.Project}", request),
            _ => false,
            refused => refused.Code == 409 ? CreationConflict(stack, refused.Message) : null,
            ct
        );
        foreach (var message in (CloudConnection.Parse(answer!)["messages"] as JsonArray ?? []).OfType<JsonObject>())
        {
            session.Say($"{message["severity"]?.GetValue<string>() ?? "info"}: {message["message"]?.GetValue<string>()}");
        }
    }

    public async Task<bool> Delete(StackName stack, bool force, bool withBackups, CancellationToken ct)
    {
        var call = new CloudCall(HttpMethod.Delete, $"{PathOf(stack)}?force={(force ? "true" : "false")}");
        return await Connection.SendOr(call, refused => refused is { Code: 400, Message: HasResources }, _ => null, ct) is not null;
    }

    public Task Rename(StackName stack, StackName to, CancellationToken ct) =>
        Connection.Send(
            CloudCall.Post(PathOf(stack) + "/rename", new JsonObject { ["newName"] = to.Name, ["newProject"] = to.Project }),
            ct
        );

    public Task SetTags(StackName stack, IReadOnlyDictionary<string, string> tags, CancellationToken ct) =>
        Connection.Send(CloudCall.Post(PathOf(stack) + "/tags", Map(tags)) with { Method = HttpMethod.Patch }, ct);

    public Task<byte[]> Export(StackName stack, string? version, CancellationToken ct) =>
        Connection.Send(CloudCall.Get(PathOf(stack) + "/export" + (version is null ? "" : "/" + Uri.EscapeDataString(version))), ct);

    public Task<byte[]?> ExportPast(StackName stack, PastUpdate update, CancellationToken ct) =>
        Connection.SendOr(CloudCall.Get($"{PathOf(stack)}/export/{update.Version}"), refused => refused.Code == 404, _ => null, ct);

    public async Task Import(StackName stack, ReadOnlyMemory<byte> deployment, CancellationToken ct)
    {
        var call = new CloudCall(HttpMethod.Post, PathOf(stack) + "/import") { Body = deployment, Gzip = true };
        var update = (await Connection.Ask(call, ct))["updateId"]?.GetValue<string>();
        await new UpdateWait(session, Connection, $"{PathOf(stack)}/update/{update}").Run(ct);
    }

    public async Task<IReadOnlyList<PastUpdate>> History(StackName stack, int pageSize, int page, CancellationToken ct)
    {
        var paging = pageSize == 0 ? "" : $"?page={page}&pageSize={pageSize}";
        var answer = await Connection.Ask(CloudCall.Get($"{PathOf(stack)}/updates{paging}"), ct);
        return [.. (answer["updates"] as JsonArray ?? []).OfType<JsonObject>().Select(entry => PastUpdate.Read(entry, PastConfig.OfWire))];
    }

    public async Task<PastUpdate?> Latest(StackName stack, CancellationToken ct)
    {
        var call = CloudCall.Get($"{PathOf(stack)}/updates/latest");
        var body = await Connection.SendOr(call, refused => refused.Code == 404, _ => null, ct);
        return body is not null && CloudConnection.Parse(body)["info"] is JsonObject info ? PastUpdate.Read(info, PastConfig.OfWire) : null;
    }

    public async Task Cancel(StackName stack, CancellationToken ct)
    {
        var details = await Find(stack, ct) ?? throw new UserErrorException($"no stack named '{Show(stack)}' found", Exit.StackNotFound);
        if (details.ActiveUpdate.Length == 0)
        {
            throw new UserErrorException($"stack {Show(stack)} has never been updated");
        }
        await Connection.Send(CloudCall.Post($"{PathOf(stack)}/update/{details.ActiveUpdate}/cancel", null, retries: true), ct);
    }

    public string? ConsolePage(StackName stack) => Connection.Console is { } console ? $"{console}/{stack.Full}" : null;

    public ValueTask DisposeAsync()
    {
        Connection.Dispose();
        return ValueTask.CompletedTask;
    }

    public static string PathOf(StackName stack) => $"/api/stacks/{stack.Full}";

    private static string QueryOf(StackFilter filter, string? next)
    {
        var parts = new (string Name, string? Value)[]
        {
            ("continuationToken", next),
            ("organization", filter.Organization),
            ("project", filter.Project),
            ("tagName", filter.TagName),
            ("tagValue", filter.TagValue),
        };
        var given = parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}").ToList();
        return given.Count == 0 ? "" : "?" + string.Join('&', given);
    }

    private StackSummary Summary(JsonObject entry)
    {
        var stack = new StackName(Text(entry, "orgName"), Text(entry, "projectName"), Text(entry, "stackName"));
        var update = Number(entry["lastUpdate"]);
        DateTimeOffset? last = update is > 0 ? DateTimeOffset.FromUnixTimeSeconds(update.Value) : null;
        return new(stack, last, update is null ? null : update == 0, Number(entry["resourceCount"]), ConsolePage(stack));
    }

    private static StackDetails Details(StackName asked, JsonObject stack)
    {
        var tags = (stack["tags"] as JsonObject ?? []).ToDictionary(tag => tag.Key, tag => tag.Value?.GetValue<string>() ?? "");
        return new(asked, new SortedDictionary<string, string>(tags, StringComparer.Ordinal))
        {
            Version = Number(stack["version"]) ?? 0,
            ActiveUpdate = Text(stack, "activeUpdate"),
            RemoteEnvironment = stack["config"] is JsonObject config ? Text(config, "environment") : null,
            CurrentOperation = stack["currentOperation"] is JsonObject running
                ? new(Text(running, "kind"), Text(running, "author"), DateTimeOffset.FromUnixTimeSeconds(Number(running["started"]) ?? 0))
                : null,
        };
    }

    private static UserErrorException CreationConflict(StackName stack, string message) =>
        message.Contains("already exists", StringComparison.Ordinal) ? new($"stack '{stack.Full}' already exists")
        : message.Contains("you are using", StringComparison.Ordinal)
            ? new(message.Replace("Conflict: ", "over stack limit: ", StringComparison.Ordinal))
        : new($"[409] {message}");

    private static JsonObject Map(IReadOnlyDictionary<string, string> values) =>
        new(values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => new KeyValuePair<string, JsonNode?>(v.Key, v.Value)));

    private static string Text(JsonObject members, string name) => members[name]?.GetValue<string>() ?? "";

    private static long? Number(JsonNode? node) =>
        node is JsonValue value && long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number) ? number : null;
}
