using System.Text;
using System.Text.Json.Nodes;
using Cli.Api;
using Cli.Backends;
using Cli.Backends.Cloud;

namespace Cli.Secrets;

/// <summary>Secrets that the cloud encrypts, with a key of the stack's.</summary>
/// <param name="description">As the state has it; its owner, project and stack say whose key it is.</param>
internal sealed class ServiceSecrets(CloudConnection connection, StackName stack, JsonObject description) : ISecretsProvider
{
    public const string Type = "service";
    private const int LargestBatch = 1000;
    private bool? encryptsInBatches;

    public JsonObject Description => description.DeepClone().AsObject();

    public static ServiceSecrets Of(CloudConnection connection, StackName stack) =>
        new(
            connection,
            stack,
            new JsonObject
            {
                ["type"] = Type,
                ["state"] = new JsonObject
                {
                    ["url"] = connection.Url,
                    ["owner"] = stack.Organization,
                    ["project"] = stack.Project,
                    ["stack"] = stack.Name,
                },
            }
        );

    public async Task<IReadOnlyList<string>> Encrypt(IReadOnlyList<string> plaintexts, CancellationToken ct)
    {
        if (plaintexts.Count > 1 && (encryptsInBatches ??= await Offers("batch-encrypt", ct)))
        {
            var ciphertexts = new List<string>();
            foreach (var batch in plaintexts.Chunk(LargestBatch))
            {
                var answer = await Ask("batch-encrypt", new JsonObject { ["plaintexts"] = Encoded(batch) }, gzip: true, ct);
                ciphertexts.AddRange((answer["ciphertexts"] as JsonArray ?? []).Select(text => text!.GetValue<string>()));
            }
            return ciphertexts;
        }
        var one = new List<string>();
        foreach (var plaintext in plaintexts)
        {
            var answer = await Ask("encrypt", new JsonObject { ["plaintext"] = Base64(plaintext) }, gzip: false, ct);
            one.Add(answer["ciphertext"]!.GetValue<string>());
        }
        return one;
    }

    public async Task<IReadOnlyList<string>> Decrypt(IReadOnlyList<string> ciphertexts, CancellationToken ct)
    {
        var plaintexts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var batch in ciphertexts.Distinct(StringComparer.Ordinal).Chunk(LargestBatch))
        {
            var request = new JsonObject { ["ciphertexts"] = new JsonArray([.. batch.Select(text => JsonValue.Create(text))]) };
            var answer = await Ask("batch-decrypt", request, gzip: true, ct);
            foreach (var (ciphertext, plaintext) in answer["plaintexts"] as JsonObject ?? [])
            {
                plaintexts[ciphertext] = Encoding.UTF8.GetString(Convert.FromBase64String(plaintext!.GetValue<string>()));
            }
        }
        return
        [
            .. ciphertexts.Select(text =>
                plaintexts.TryGetValue(text, out var plaintext)
                    ? plaintext
                    : throw new UserErrorException("the server did not decrypt every secret that it was asked for")
            ),
        ];
    }

    private Task<JsonObject> Ask(string what, JsonObject request, bool gzip, CancellationToken ct) =>
        connection.Ask(CloudCall.Post($"{CloudBackend.PathOf(stack)}/{what}", request, retries: true) with { Gzip = gzip }, ct);

    private async Task<bool> Offers(string capability, CancellationToken ct)
    {
        var body = await connection.SendOr(CloudCall.Get("/api/capabilities"), refused => refused.Code == 404, _ => null, ct);
        return body is not null
            && (CloudConnection.Parse(body)["capabilities"] as JsonArray ?? []).Any(entry =>
                entry?["capability"]?.GetValue<string>() == capability
            );
    }

    private static JsonArray Encoded(IEnumerable<string> plaintexts) => new([.. plaintexts.Select(text => JsonValue.Create(Base64(text)))]);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
