using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Cli.Secrets;

/// <summary>Secrets under a data key that a key service wraps. It is unwrapped when something has to be encrypted or decrypted.</summary>
internal sealed class KeyServiceSecrets(string url, string encryptedKey, IKeyService service) : ISecretsProvider
{
    public const string Type = "cloud";
    private DataKey? key;

    public string Url => url;

    /// <summary>As files hold it.</summary>
    public string EncryptedKey => encryptedKey;

    public JsonObject Description =>
        new()
        {
            ["type"] = Type,
            ["state"] = new JsonObject { ["url"] = url, ["encryptedkey"] = encryptedKey },
        };

    public static KeyServiceSecrets Of(Machine machine, string url, string encryptedKey) =>
        new(url, encryptedKey, KeyServiceUrl.Open(machine, machine.Variable("PULUMI_CLOUD_SECRET_OVERRIDE") ?? url));

    public static async Task<KeyServiceSecrets> New(Machine machine, string url, CancellationToken ct)
    {
        var service = KeyServiceUrl.Open(machine, url);
        var fresh = RandomNumberGenerator.GetBytes(DataKey.Length);
        var wrapped = await service.Wrap(fresh, ct);
        return new(url, Convert.ToBase64String(wrapped), service) { key = new(fresh) };
    }

    public async Task<IReadOnlyList<string>> Encrypt(IReadOnlyList<string> plaintexts, CancellationToken ct)
    {
        key ??= await Unwrapped(ct);
        return [.. plaintexts.Select(key.Encrypt)];
    }

    public async Task<IReadOnlyList<string>> Decrypt(IReadOnlyList<string> ciphertexts, CancellationToken ct)
    {
        key ??= await Unwrapped(ct);
        return [.. ciphertexts.Select(text => PassphraseSecrets.Opened(key, text))];
    }

    private async Task<DataKey> Unwrapped(CancellationToken ct)
    {
        byte[] wrapped;
        try
        {
            wrapped = Convert.FromBase64String(encryptedKey);
        }
        catch (FormatException)
        {
            throw new UserErrorException("the encrypted key of the secrets provider is not base64");
        }
        return new(await service.Unwrap(wrapped, ct));
    }
}
