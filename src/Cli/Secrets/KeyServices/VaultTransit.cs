using System.Text;
using System.Text.Json.Nodes;
using Cli.Providers;

namespace Cli.Secrets.KeyServices;

/// <summary>The transit engine of Vault (or OpenBao): <c>hashivault://key?engine=transit</c>. What is kept is the engine's text, <c>vault:v1:…</c>.</summary>
internal sealed class VaultTransit : IKeyService
{
    private readonly Machine machine;
    private readonly KeyCall call;
    private readonly string server;
    private readonly string engine;
    private readonly string key;

    private VaultTransit(Machine machine, ServiceAddress address)
    {
        address.Allow("engine");
        (this.machine, key, call) = (machine, address.Name, new(machine, "hashivault://" + address.Name));
        engine = address["engine"] ?? "transit";
        server = (
            machine.Variable("VAULT_SERVER_URL")
            ?? machine.Variable("VAULT_ADDR")
            ?? throw new UserErrorException(
                $"where is the Vault that keeps '{key}'? Set VAULT_ADDR (or VAULT_SERVER_URL) to its address, and VAULT_TOKEN (or VAULT_SERVER_TOKEN) to a token"
            )
        ).TrimEnd('/');
    }

    public static IKeyService Open(Machine machine, ServiceAddress address) => new VaultTransit(machine, address);

    public async Task<byte[]> Wrap(byte[] plain, CancellationToken ct) =>
        Encoding.UTF8.GetBytes(await Ask("encrypt", "plaintext", Convert.ToBase64String(plain), "ciphertext", "encrypted", ct));

    public async Task<byte[]> Unwrap(byte[] wrapped, CancellationToken ct) =>
        Convert.FromBase64String(await Ask("decrypt", "ciphertext", Encoding.UTF8.GetString(wrapped), "plaintext", "decrypted", ct));

    /// <summary>From the environment, or what <c>vault login</c> has left.</summary>
    private string? Token
    {
        get
        {
            var left = Path.Combine(machine.Variable("HOME") ?? machine.UserHome.Value, ".vault-token");
            return machine.Variable("VAULT_SERVER_TOKEN")
                ?? machine.Variable("VAULT_TOKEN")
                ?? (File.Exists(left) ? File.ReadAllText(left).Trim() : null);
        }
    }

    private async Task<string> Ask(string action, string member, string value, string wanted, string what, CancellationToken ct)
    {
        var token = Token;
        var answer = await call.Post(
            new Uri($"{server}/v1/{engine}/{action}/{key}"),
            new() { [member] = value },
            "application/json",
            (request, _) =>
            {
                request.Headers.TryAddWithoutValidation("X-Vault-Request", "true");
                if (token is not null)
                {
                    request.Headers.TryAddWithoutValidation("X-Vault-Token", token);
                }
                if (machine.Variable("VAULT_NAMESPACE") is { } space)
                {
                    request.Headers.TryAddWithoutValidation("X-Vault-Namespace", space);
                }
            },
            ct
        );
        var errors = string.Join(", ", (answer.Json["errors"] as JsonArray ?? []).Select(error => error?.ToString()));
        return answer.IsGood && answer.Json["data"]?[wanted]?.ToString() is { } text
            ? text
            : throw call.Fault(
                what,
                $"Vault at {server} answers {(errors.Length > 0 ? $"{(int)answer.Status}: {errors}" : answer.Fault)}",
                $"check VAULT_ADDR, VAULT_TOKEN, and that the token may update {engine}/{action}/{key}"
            );
    }
}
