using System.Buffers.Text;
using System.Text;
using Cli.Providers;
using Cli.Providers.Azure;

namespace Cli.Secrets.KeyServices;

/// <summary>
/// Azure Key Vault: <c>azurekeyvault://name.vault.azure.net/keys/key/version?algorithm=…</c>. What is kept is the text that the service answers,
/// which is base64 already.
/// </summary>
internal sealed class AzureKeyVault : IKeyService
{
    private const string Version = "7.4";
    private readonly KeyCall call;
    private readonly AzureIdentity identity;
    private readonly string resource;
    private readonly string key;
    private readonly string algorithm;

    private AzureKeyVault(Machine machine, ServiceAddress address)
    {
        address.Allow("algorithm");
        if (!address.Path.StartsWith("keys/", StringComparison.Ordinal) || !address.Host.Contains('.', StringComparison.Ordinal))
        {
            throw new UserErrorException(
                $"'azurekeyvault://{address.Name}' names no key; it should look like azurekeyvault://my-vault.vault.azure.net/keys/my-key"
            );
        }
        var name = "azurekeyvault://" + address.Name;
        (call, identity) = (new(machine, name), new(machine));
        var domain = address.Host[(address.Host.IndexOf('.', StringComparison.Ordinal) + 1)..];
        resource = machine.Variable("AZURE_AD_RESOURCE") ?? $"https://{domain}";
        key = $"https://{address.Name}";
        algorithm = address["algorithm"] ?? "RSA-OAEP-256";
    }

    public static IKeyService Open(Machine machine, ServiceAddress address) => new AzureKeyVault(machine, address);

    public async Task<byte[]> Wrap(byte[] plain, CancellationToken ct) =>
        Encoding.ASCII.GetBytes(await Ask("encrypt", Base64Url.EncodeToString(plain), "encrypted", ct));

    public async Task<byte[]> Unwrap(byte[] wrapped, CancellationToken ct) =>
        Base64Url.DecodeFromChars(await Ask("decrypt", Encoding.ASCII.GetString(wrapped), "decrypted", ct));

    private async Task<string> Ask(string action, string value, string what, CancellationToken ct)
    {
        var token = await identity.Token(resource, ct);
        var answer = await call.Post(
            new Uri($"{key}/{action}?api-version={Version}"),
            new() { ["alg"] = algorithm, ["value"] = value },
            "application/json",
            (request, _) => KeyCall.Bearer(request, token),
            ct
        );
        return answer.IsGood && answer["value"] is { } text
            ? text
            : throw call.Fault(
                what,
                $"the vault answers {answer.Fault}",
                $"check the key, and that the caller may use its operation {action}"
            );
    }
}
