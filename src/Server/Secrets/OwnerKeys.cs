namespace Server.Secrets;

/// <summary>
/// Encrypts what an organization or an account keeps secret and the server has to read again (environments, webhook secrets, TOTP seeds), with a key
/// for each owner. The purpose is bound to the ciphertext: put in another owner's row, or in another column, it does not open.
/// </summary>
public sealed class OwnerKeys(OwnerKeyStore store, MasterKeys masters) : IDisposable
{
    private readonly DataKeys _keys = new(store, masters);

    /// <summary>The first one of an owner writes its key, so it must not be called inside a unit of work.</summary>
    /// <param name="purpose">What it is, and of what: <c>webhook-secret 0190…</c>.</param>
    public async Task<byte[]> Encrypt(string ownerId, byte[] plaintext, string purpose, CancellationToken ct)
    {
        using var cipher = new Cipher(await _keys.KeyOrNew(ownerId, ct), Name(ownerId, purpose));
        return cipher.Seal(plaintext);
    }

    /// <exception cref="InvalidOperationException">It was not encrypted for this owner and purpose.</exception>
    public async Task<byte[]> Decrypt(string ownerId, byte[] ciphertext, string purpose, CancellationToken ct) =>
        await TryDecrypt(ownerId, ciphertext, purpose, ct)
        ?? throw new InvalidOperationException(
            $"What is kept as '{purpose}' of {ownerId} does not open: the database has been changed by hand."
        );

    /// <returns>Null if it was not encrypted for this owner and purpose.</returns>
    public async Task<byte[]?> TryDecrypt(string ownerId, byte[] ciphertext, string purpose, CancellationToken ct)
    {
        if (await _keys.Key(ownerId, ct) is not { } key)
        {
            return null;
        }
        using var cipher = new Cipher(key, Name(ownerId, purpose));
        return cipher.Open(ciphertext);
    }

    public void Dispose() => _keys.Dispose();

    private static string Name(string ownerId, string purpose) => $"owner {ownerId} {purpose}";
}
