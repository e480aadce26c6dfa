using System.Text.Json.Nodes;
using Cli.State;

namespace Cli.Secrets;

/// <summary>The secrets inside a piece of a state: objects with a signature, and a ciphertext or a plaintext (the JSON text of the value).</summary>
internal static class SecretValues
{
    private const string Secret = "1b47061264138c4ac30d75fd1eb44270";

    public static bool IsSecret(JsonObject value) => References.Text(value[References.Signature]) == Secret;

    public static bool HasPlaintext(JsonNode? node) => In(node).Any(secret => secret.ContainsKey("plaintext"));

    public static bool HasCiphertext(JsonNode? node) => In(node).Any(secret => secret.ContainsKey("ciphertext"));

    /// <summary>Ciphertexts become plaintexts.</summary>
    public static Task Reveal(JsonNode? node, ISecretsProvider provider, CancellationToken ct) =>
        Replace(node, "ciphertext", "plaintext", texts => provider.Decrypt(texts, ct));

    /// <summary>Plaintexts become ciphertexts.</summary>
    public static Task Hide(JsonNode? node, ISecretsProvider provider, CancellationToken ct) =>
        Replace(node, "plaintext", "ciphertext", texts => provider.Encrypt(texts, ct));

    private static async Task Replace(
        JsonNode? node,
        string from,
        string to,
        Func<IReadOnlyList<string>, Task<IReadOnlyList<string>>> change
    )
    {
        var secrets = In(node).Where(secret => References.Text(secret[from]) is not null).ToList();
        if (secrets.Count == 0)
        {
            return;
        }
        var changed = await change([.. secrets.Select(secret => secret[from]!.GetValue<string>())]);
        foreach (var (secret, text) in secrets.Zip(changed))
        {
            secret.Remove(from);
            secret[to] = text;
        }
    }

    private static IEnumerable<JsonObject> In(JsonNode? node)
    {
        var pending = new Stack<JsonNode?>([node]);
        while (pending.TryPop(out var next))
        {
            switch (next)
            {
                case JsonObject members when IsSecret(members):
                    yield return members;
                    break;
                case JsonObject members:
                    foreach (var (_, member) in members)
                    {
                        pending.Push(member);
                    }
                    break;
                case JsonArray items:
                    foreach (var item in items)
                    {
                        pending.Push(item);
                    }
                    break;
            }
        }
    }
}
