using Server.Auth;
using Server.Stacks;

namespace Server.Secrets;

/// <summary>
/// Decrypts for one request. The stack's own key is tried first; only what it does not open is tried with the keys of stacks that once had the name
/// in the address.
/// </summary>
public sealed class Decryption(DataKeys keys, StackStore stacks) : IDisposable
{
    private readonly List<Cipher> _ciphers = [];
    private bool _stackTried;
    private bool _othersTried;

    /// <exception cref="ApiException">None of the keys opens it.</exception>
    public async Task<byte[]> Open(HttpContext http, byte[] ciphertext, CancellationToken ct) =>
        await TryOpen(http, ciphertext, ct)
        ?? throw ApiException.BadRequest(
            $"A ciphertext was not encrypted by the stack '{http.Stack().FullName}', or it has been changed since. Is it another stack's?"
        );

    /// <returns>Null if none of the keys opens it.</returns>
    public async Task<byte[]?> TryOpen(HttpContext http, byte[] ciphertext, CancellationToken ct)
    {
        if (!_stackTried)
        {
            _stackTried = true;
            await Take(http.Stack().Id, ct);
        }
        if (TryOpen(ciphertext) is { } plaintext)
        {
            return plaintext;
        }
        if (!_othersTried)
        {
            _othersTried = true;
            await TakeOthers(http, ct);
        }
        return TryOpen(ciphertext);
    }

    public void Dispose() => _ciphers.ForEach(c => c.Dispose());

    private byte[]? TryOpen(byte[] ciphertext) => _ciphers.Select(c => c.Open(ciphertext)).FirstOrDefault(p => p is not null);

    private async Task TakeOthers(HttpContext http, CancellationToken ct)
    {
        var (organization, project, name) = http.StackNameParts();
        foreach (var other in await stacks.FindByFormerName(http.Caller().AccountId, organization, project, name, ct))
        {
            if (other.Id != http.Stack().Id && other.Can(Permission.StackDecrypt))
            {
                await Take(other.Id, ct);
            }
        }
    }

    private async Task Take(string ownerId, CancellationToken ct)
    {
        if (await keys.Find(ownerId, ct) is { } cipher)
        {
            _ciphers.Add(cipher);
        }
    }
}
