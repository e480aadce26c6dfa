using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Secrets;

namespace Cli.Stack;

/// <summary>What a cloud remembers of past updates, as the files of a store say it: secret configuration is encrypted anew.</summary>
internal static class HistoryCopy
{
    private const string Secure = "secure";

    /// <param name="old">Null when nobody can say.</param>
    /// <returns>Entries in the order of the updates.</returns>
    public static async Task<IReadOnlyList<JsonObject>> Of(
        Session session,
        IReadOnlyList<PastUpdate> updates,
        ISecretsProvider? old,
        ISecretsProvider fresh,
        CancellationToken ct
    )
    {
        var entries = updates.Select(Entry).ToList();
        var secrets = entries.SelectMany(entry => Secrets(entry["config"])).ToList();
        try
        {
            await Renew(secrets, old, fresh, ct);
        }
        catch (UserErrorException problem)
        {
            session.Warn($"secret configuration of past updates stays encrypted as it was and cannot be shown here: {problem.Message}");
        }
        return entries;
    }

    /// <param name="secrets">See <see cref="Secrets"/>.</param>
    public static async Task Renew(IReadOnlyList<JsonObject> secrets, ISecretsProvider? old, ISecretsProvider fresh, CancellationToken ct)
    {
        var texts = secrets.Select(secret => secret[Secure]!.GetValue<string>()).Distinct().ToList();
        if (texts.Count == 0)
        {
            return;
        }
        if (old is null)
        {
            throw new UserErrorException("neither the state nor a stack's file here says who encrypted its configuration");
        }
        var renewed = texts
            .Zip(await fresh.Encrypt(await old.Decrypt(texts, ct), ct))
            .ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        foreach (var secret in secrets)
        {
            secret[Secure] = renewed[secret[Secure]!.GetValue<string>()];
        }
    }

    private static JsonObject Entry(PastUpdate update) =>
        new()
        {
            ["version"] = update.Version,
            ["kind"] = update.Kind,
            ["startTime"] = update.StartTime.ToUnixTimeSeconds(),
            ["message"] = update.Message,
            ["environment"] = new JsonObject(update.Environment.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["config"] = new JsonObject(update.Config.Select(pair => KeyValuePair.Create(pair.Key, Value(pair.Value)))),
            ["result"] = update.Result,
            ["endTime"] = update.EndTime?.ToUnixTimeSeconds() ?? 0,
            ["resourceChanges"] = new JsonObject(
                update.ResourceChanges.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))
            ),
        };

    private static JsonNode? Value(PastConfig value) =>
        value.IsObject ? JsonNode.Parse(value.Text)
        : value.Secret ? new JsonObject { [Secure] = value.Text }
        : value.Text;

    /// <summary>Every <c>{"secure": …}</c>, at any depth.</summary>
    public static IEnumerable<JsonObject> Secrets(JsonNode? node) =>
        node switch
        {
            JsonObject { Count: 1 } secret when secret[Secure] is JsonValue => [secret],
            JsonObject members => members.ToList().SelectMany(member => Secrets(member.Value)),
            JsonArray items => items.ToList().SelectMany(Secrets),
            _ => [],
        };
}
