using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Backends.Cloud;
using Cli.Secrets;
using Cli.State;

namespace Cli.Stack;

/// <summary>
/// The history of a stack on its way into a cloud: the updates, then the state that each left, both in their order, so that an interrupted copy goes on
/// where it ended. What has arrived is read back.
/// </summary>
/// <param name="configuration">What encrypts the configuration of the source; null when nobody can say.</param>
internal sealed class CloudHistory(
    Workplace source,
    Workplace target,
    (StackName From, StackName To) stacks,
    ISecretsProvider? configuration,
    ISecretsProvider fresh
)
{
    private const string Imported = "holdfast.imported-";
    private static readonly string[] Kinds = ["update", "refresh", "destroy", "rename", "import", "resource-import"];

    public async Task Copy(CloudPast past, PastStatus status, CancellationToken ct)
    {
        var updates = await Updates(ct);
        var wanted = updates.Where(update => update.Version > status.Version).ToList();
        await past.Add((await HistoryCopy.Of(source.Session, wanted, configuration, fresh, ct)).Select(OnWire), ct);
        await Verify(updates, ct);
        foreach (var update in updates.Where(update => update.Version > status.StateVersion))
        {
            if (await State(update, ct) is { } state)
            {
                await Add(past, update.Version, state, ct);
            }
        }
    }

    private async Task Add(CloudPast past, long version, byte[] state, CancellationToken ct)
    {
        if (await past.AddState(version, state, ct) is { } why)
        {
            Stays(version, why);
            return;
        }
        await Verify(version, state, ct);
    }

    private void Stays(long version, string why) => source.Session.Warn($"the state that update {version} left stays on the source: {why}");

    /// <summary>Oldest first. Files of a store have no numbers of their own: there the place is the number.</summary>
    private async Task<IReadOnlyList<PastUpdate>> Updates(CancellationToken ct)
    {
        var all = (await source.Backend.History(stacks.From, pageSize: 0, page: 1, ct)).Reverse().ToList();
        var numbered = all.Select(update => update.Version)
            .Prepend(0)
            .Zip(all, (before, update) => before < update.Version)
            .All(rises => rises);
        if (!numbered)
        {
            all = [.. all.Select((update, place) => update with { Version = place + 1 })];
        }
        return [.. all.Where(IsPast)];
    }

    private bool IsPast(PastUpdate update)
    {
        var isPast = update.Result is "succeeded" or "failed" && Kinds.Contains(update.Kind);
        if (!isPast)
        {
            source.Session.Warn(
                $"the update {update.Version} of the history stays on the source: it is a '{update.Kind}' that is '{update.Result}'"
            );
        }
        return isPast;
    }

    private async Task<byte[]?> State(PastUpdate update, CancellationToken ct)
    {
        try
        {
            var text = await source.Backend.ExportPast(stacks.From, update, ct);
            if (text is null || Deployment.Read(text, stacks.From.Name) is not { } deployment)
            {
                return null;
            }
            await HistoryRenewal.Renew(deployment, source, stacks, fresh, ct);
            return deployment.Write();
        }
        catch (Exception problem) when (problem is UserErrorException or JsonException)
        {
            Stays(update.Version, problem.Message);
            return null;
        }
    }

    /// <param name="entry">As the files of a store have it.</param>
    private static JsonObject OnWire(JsonObject entry)
    {
        var config = (entry["config"] as JsonObject ?? []).Select(pair => (pair.Key, Value: PastConfig.OfFile(pair.Value)));
        entry["config"] = new JsonObject(config.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)OnWire(pair.Value))));
        entry["endTime"] = Math.Max(entry["startTime"]!.GetValue<long>(), entry["endTime"]!.GetValue<long>());
        return entry;
    }

    private static JsonObject OnWire(PastConfig value) =>
        new()
        {
            ["string"] = value.Text,
            ["secret"] = value.Secret,
            ["object"] = value.IsObject,
        };

    private async Task Verify(IReadOnlyList<PastUpdate> left, CancellationToken ct)
    {
        var arrived = await target.Backend.History(stacks.To, pageSize: 0, page: 1, ct);
        if (!arrived.Reverse().Select(Told).SequenceEqual(left.Select(Told)))
        {
            throw new UserErrorException(
                $"the history that {target.Backend.Name} has of the stack '{stacks.To.Full}' is not that of {source.Backend.Name}. "
                    + "Remove the stack there and migrate again"
            );
        }
    }

    private async Task Verify(long version, byte[] state, CancellationToken ct)
    {
        var number = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var arrived = await target.Backend.Export(stacks.To, number, ct);
        if (!state.AsSpan().SequenceEqual(arrived))
        {
            throw new UserErrorException(
                $"the state of version {version} that arrived in {target.Backend.Name} is not what was sent: the stack '{stacks.To.Full}' is not to be used. "
                    + "Remove it and migrate again"
            );
        }
    }

    /// <summary>All that an update tells, without what is encrypted: that differs on purpose.</summary>
    private static string Told(PastUpdate update)
    {
        var config = update.Config.Select(pair =>
            $"{pair.Key}={(pair.Value.Secret ? "secure" : pair.Value.IsObject ? JsonNode.Parse(pair.Value.Text)?.ToJsonString() : pair.Value.Text)}"
        );
        var environment = update
            .Environment.Where(pair => !pair.Key.StartsWith(Imported, StringComparison.Ordinal))
            .Select(pair => $"{pair.Key}={pair.Value}");
        var end = update.EndTime is { } time && time > update.StartTime ? time : update.StartTime;
        string[] texts =
        [
            $"{update.Version} {update.Kind} {update.Result} {update.StartTime:O} {end:O}",
            update.Message,
            .. environment,
            .. config,
            .. update.ResourceChanges.Select(pair => $"{pair.Key}={pair.Value}"),
        ];
        return string.Join('\0', texts);
    }
}
