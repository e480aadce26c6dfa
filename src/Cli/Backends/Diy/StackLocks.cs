using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Auth;
using Cli.Backends.Buckets;

namespace Cli.Backends.Diy;

/// <summary>
/// A stack is locked by a file. Whoever wants one looks for others, writes its own, and looks again; of two that meet, at least one gives way.
/// A lock that a dead process left is removed by <c>pulumi cancel</c>.
/// </summary>
/// <param name="url">The store's, for messages.</param>
internal sealed class StackLocks(Session session, IBucket bucket, string url)
{
    public async Task<T> Hold<T>(StackName stack, Func<Task<T>> work, CancellationToken ct)
    {
        var mine = $"{Layout.Locks(stack)}{Guid.NewGuid()}.json";
        await RefuseOthers(stack, mine, ct);
        await bucket.Write(mine, Content(), ct);
        try
        {
            await RefuseOthers(stack, mine, ct);
            return await work();
        }
        finally
        {
            await bucket.Delete(mine, CancellationToken.None);
        }
    }

    public Task Hold(StackName stack, Func<Task> work, CancellationToken ct) =>
        Hold(
            stack,
            async () =>
            {
                await work();
                return true;
            },
            ct
        );

    public async Task RemoveAll(StackName stack, CancellationToken ct)
    {
        foreach (var entry in await bucket.List(Layout.Locks(stack), ct))
        {
            await bucket.Delete(entry.Key, ct);
        }
    }

    private async Task RefuseOthers(StackName stack, string mine, CancellationToken ct)
    {
        var others = (await bucket.List(Layout.Locks(stack), ct)).Where(entry => entry.Key != mine).ToList();
        if (others.Count == 0)
        {
            return;
        }
        var message = new StringBuilder(
            $"the stack is currently locked by {others.Count} lock(s). Either wait for the other process(es) to end or delete the lock file "
                + "with `pulumi cancel`."
        );
        foreach (var other in others)
        {
            message.Append($"\n  {Show(other.Key)}{Describe(await bucket.Read(other.Key, ct))}");
        }
        throw new UserErrorException(message.ToString());
    }

    private string Show(string key)
    {
        var parts = BackendUrl.WithoutCredentials(url).Split('?', 2);
        return $"{parts[0]}/{key}{(parts.Length == 2 ? "?" + parts[1] : "")}";
    }

    private byte[] Content() =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["pid"] = Environment.ProcessId,
                ["username"] = session.Machine.UserName(),
                ["hostname"] = session.Machine.HostName() ?? "",
                ["timestamp"] = session
                    .Machine.Clock.GetLocalNow()
                    .ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
            }.ToJsonString()
        );

    private static string Describe(byte[]? content)
    {
        try
        {
            return content is not null && JsonNode.Parse(content) is JsonObject note
                ? $": created by {note["username"]}@{note["hostname"]} (pid {note["pid"]}) at {Seconds(note["timestamp"]?.ToString())}"
                : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static string Seconds(string? timestamp) =>
        DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, out var time)
            ? time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture).Replace("+00:00", "Z", StringComparison.Ordinal)
            : timestamp ?? "";
}
