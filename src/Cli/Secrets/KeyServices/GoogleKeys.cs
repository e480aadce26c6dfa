using System.Text.Json.Nodes;
using Cli.Providers;
using Cli.Providers.Google;

namespace Cli.Secrets.KeyServices;

/// <summary>Google Cloud KMS: <c>gcpkms://projects/…/locations/…/keyRings/…/cryptoKeys/…</c>.</summary>
internal sealed class GoogleKeys : IKeyService
{
    private readonly KeyCall call;
    private readonly GoogleIdentity identity;
    private readonly string key;

    private GoogleKeys(Machine machine, ServiceAddress address)
    {
        address.Allow();
        if (address.Name.Split('/') is not ["projects", _, "locations", _, "keyRings", _, "cryptoKeys", _])
        {
            throw new UserErrorException(
                $"'gcpkms://{address.Name}' names no key; it should look like gcpkms://projects/p/locations/global/keyRings/r/cryptoKeys/k"
            );
        }
        (call, identity) = (new(machine, "gcpkms://" + address.Name), new(machine));
        key = $"https://cloudkms.googleapis.com/v1/{address.Name}";
    }

    public static IKeyService Open(Machine machine, ServiceAddress address) => new GoogleKeys(machine, address);

    public Task<byte[]> Wrap(byte[] plain, CancellationToken ct) =>
        Ask("encrypt", new() { ["plaintext"] = Convert.ToBase64String(plain) }, "ciphertext", "encrypted", ct);

    public Task<byte[]> Unwrap(byte[] wrapped, CancellationToken ct) =>
        Ask("decrypt", new() { ["ciphertext"] = Convert.ToBase64String(wrapped) }, "plaintext", "decrypted", ct);

    private async Task<byte[]> Ask(string action, JsonObject question, string member, string what, CancellationToken ct)
    {
        var token = await identity.Token(ct);
        var answer = await call.Post(
            new Uri($"{key}:{action}"),
            question,
            "application/json",
            (request, _) => KeyCall.Bearer(request, token),
            ct
        );
        return answer.IsGood && answer[member] is { } text
            ? Convert.FromBase64String(text)
            : throw call.Fault(
                what,
                $"Google Cloud KMS answers {answer.Fault}",
                "check the key, and that the caller has the role Cloud KMS CryptoKey Encrypter/Decrypter on it"
            );
    }
}
