using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Display;
using Cli.Secrets;

namespace Cli.Stack;

/// <summary>Past updates for scripts.</summary>
internal static class HistoryJson
{
    private const string Undecryptable = "ERROR_UNABLE_TO_DECRYPT";

    /// <param name="decrypter">Null: secret values are left out.</param>
    public static async Task<JsonObject> Of(PastUpdate update, ISecretsProvider? decrypter, CancellationToken ct)
    {
        var json = new JsonObject
        {
            ["version"] = update.Version,
            ["kind"] = update.Kind,
            ["startTime"] = Times.Json(update.StartTime),
            ["message"] = update.Message,
            ["environment"] = new JsonObject(
                update.Environment.Select(variable => new KeyValuePair<string, JsonNode?>(variable.Key, variable.Value))
            ),
        };
        var config = new JsonObject();
        foreach (var (key, value) in update.Config)
        {
            config[key] = await Config(value, decrypter, ct);
        }
        json["config"] = config;
        if (update.Result.Length > 0)
        {
            json["result"] = update.Result;
        }
        if (update.EndTime is { } end)
        {
            json["endTime"] = Times.Json(end);
            json["resourceChanges"] = new JsonObject(
                update.ResourceChanges.Select(change => new KeyValuePair<string, JsonNode?>(change.Key, change.Value))
            );
        }
        return json;
    }

    private static async Task<JsonObject> Config(PastConfig value, ISecretsProvider? decrypter, CancellationToken ct)
    {
        var json = new JsonObject();
        if (!value.Secret)
        {
            json["value"] = value.Text;
            if (value.IsObject)
            {
                json["objectValue"] = JsonNode.Parse(value.Text);
            }
        }
        else if (decrypter is not null && !value.IsObject)
        {
            json["value"] = await Decrypted(value.Text, decrypter, ct);
        }
        json["secret"] = value.Secret;
        return json;
    }

    private static async Task<string> Decrypted(string ciphertext, ISecretsProvider decrypter, CancellationToken ct)
    {
        try
        {
            return (await decrypter.Decrypt([ciphertext], ct))[0];
        }
        catch (UserErrorException)
        {
            return Undecryptable;
        }
    }
}
