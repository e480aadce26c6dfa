using System.Text.Json;
using System.Text.Json.Nodes;
using Wire;

namespace Server.Updates.History;

internal static class HistoryMapping
{
    public static UpdateInfo Info(this PastUpdate update, long latestVersion) =>
        new(update.Entry(), update.Id, update.Version, latestVersion, new(update.RequesterName, update.RequesterLogin, AvatarUrl: ""));

    public static HistoryEntry Entry(this PastUpdate update) =>
        new(
            Kind(update),
            update.StartedMs / 1000,
            update.Message,
            Environment(update),
            JsonElement.Parse(update.Config),
            Result(update),
            update.EndedMs / 1000,
            update.Version
        )
        {
            ResourceChanges = update.ResourceChanges.Length > 0 ? JsonElement.Parse(update.ResourceChanges) : null,
            ResourceCount = update.ResourceCount >= 0 ? update.ResourceCount : null,
        };

    public static UpdateSummary Summary(this PastUpdate update) =>
        new(Result(update), update.StartedMs / 1000, update.EndedMs / 1000, Math.Max(update.ResourceCount, 0));

    private static string Kind(PastUpdate update) => update.DryRun && update.Kind != UpdateKind.Preview ? "P" + update.Kind : update.Kind;

    private static string Result(PastUpdate update) =>
        update.Status switch
        {
            UpdateStatus.NotStarted => "not-started",
            UpdateStatus.Running or UpdateStatus.Ending => "in-progress",
            UpdateStatus.Succeeded => "succeeded",
            _ => "failed",
        };

    /// <summary>What only we know stands beside what the client told, under names of our own.</summary>
    private static JsonElement Environment(PastUpdate update)
    {
        if (update.EndReason.Length == 0 && update.IntegrityError is null && update.ImportedMs == 0)
        {
            return JsonElement.Parse(update.Environment);
        }
        var environment = JsonNode.Parse(update.Environment)!.AsObject();
        if (update.EndReason.Length > 0)
        {
            environment["holdfast.ended"] = update.EndReason;
        }
        if (update.IntegrityError is not null)
        {
            environment["holdfast.integrity-error"] = update.IntegrityError;
        }
        if (update.ImportedMs > 0)
        {
            environment["holdfast.imported-by"] = update.RequesterLogin;
            environment["holdfast.imported-at"] = DateTimeOffset.FromUnixTimeMilliseconds(update.ImportedMs).ToString("O");
        }
        return JsonSerializer.SerializeToElement(environment, WireJson.Default.JsonObject);
    }
}
