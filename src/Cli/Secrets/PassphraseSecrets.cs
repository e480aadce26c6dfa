using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Cli.Secrets;

/// <summary>
/// Secrets under a key that a passphrase gives. The salt string, <c>v1:&lt;salt&gt;:&lt;ciphertext of "pulumi"&gt;</c>, recognizes a wrong passphrase.
/// Nobody is asked before something has to be encrypted or decrypted.
/// </summary>
/// <param name="salt">The whole string.</param>
/// <param name="unlock">Finds the key, asking if need be.</param>
internal sealed class PassphraseSecrets(string salt, Func<string, CancellationToken, Task<DataKey>> unlock) : ISecretsProvider
{
    public const string Type = "passphrase";
    private const int Iterations = 1_000_000;
    private const int SaltLength = 8;
    private const string Known = "pulumi";
    private DataKey? key;

    public string Salt => salt;

    public JsonObject Description =>
        new()
        {
            ["type"] = Type,
            ["state"] = new JsonObject { ["salt"] = salt },
        };

    /// <summary>A new salt for this passphrase.</summary>
    public static PassphraseSecrets New(string passphrase)
    {
        var bytes = RandomNumberGenerator.GetBytes(SaltLength);
        var made = KeyOf(passphrase, bytes);
        return new($"v1:{Convert.ToBase64String(bytes)}:{made.Encrypt(Known)}", (_, _) => Task.FromResult(made)) { key = made };
    }

    /// <returns>Null when the passphrase is wrong.</returns>
    public static DataKey? TryUnlock(string salt, string passphrase)
    {
        var parts = salt.Split(':', 3);
        try
        {
            if (parts.Length != 3 || parts[0] != "v1")
            {
                throw new FormatException();
            }
            var found = KeyOf(passphrase, Convert.FromBase64String(parts[1]));
            return found.Decrypt(parts[2]) == Known ? found : null;
        }
        catch (FormatException)
        {
            throw new UserErrorException("malformed encryption salt; it should be v1:<salt>:<ciphertext>");
        }
    }

    public async Task<IReadOnlyList<string>> Encrypt(IReadOnlyList<string> plaintexts, CancellationToken ct)
    {
        key ??= await unlock(salt, ct);
        return [.. plaintexts.Select(key.Encrypt)];
    }

    public async Task<IReadOnlyList<string>> Decrypt(IReadOnlyList<string> ciphertexts, CancellationToken ct)
    {
        key ??= await unlock(salt, ct);
        return [.. ciphertexts.Select(text => Opened(key, text))];
    }

    public static string Opened(DataKey key, string ciphertext)
    {
        try
        {
            return key.Decrypt(ciphertext) ?? throw new UserErrorException("failed to decrypt: the secret was encrypted with another key");
        }
        catch (FormatException problem)
        {
            throw new UserErrorException($"failed to decrypt: {problem.Message}");
        }
    }

    private static DataKey KeyOf(string passphrase, byte[] salt) =>
        new(Rfc2898DeriveBytes.Pbkdf2(passphrase, salt, Iterations, HashAlgorithmName.SHA256, DataKey.Length));
}
