using System.Net;
using System.Text.Json.Nodes;
using Cli.Providers;
using Cli.Providers.Aws;

namespace Cli.Secrets.KeyServices;

/// <summary>AWS KMS: <c>awskms://alias/name?region=…</c>, <c>awskms://key-id</c>, <c>awskms:///arn:…</c>.</summary>
internal sealed class AwsKeys : IKeyService
{
    private readonly Machine machine;
    private readonly KeyCall call;
    private readonly AwsIdentity identity;
    private readonly string key;
    private readonly string region;
    private readonly Uri endpoint;
    private readonly JsonObject context = [];

    private AwsKeys(Machine machine, ServiceAddress address)
    {
        address.Allow(["region", "endpoint", "profile", "awssdk", "disableSSL", .. address.Query.Keys.Where(IsContext)]);
        identity = new(machine, address["profile"]);
        (this.machine, key, call) = (machine, address.Name, new(machine, "awskms://" + address.Name, AwsRegion.Trust(machine)));
        region = address["region"] ?? RegionIn(key) ?? identity.Region ?? throw AwsRegion.Missing();
        var server =
            address["endpoint"]
            ?? machine.Variable("AWS_ENDPOINT_URL_KMS")
            ?? machine.Variable("AWS_ENDPOINT_URL")
            ?? $"https://kms.{region}.{AwsRegion.DomainOf(region)}";
        endpoint = new Uri(server.Contains("://", StringComparison.Ordinal) ? server : "https://" + server);
        foreach (var (name, value) in address.Query.Where(pair => IsContext(pair.Key)))
        {
            context[name["context_".Length..]] = value;
        }
    }

    public static IKeyService Open(Machine machine, ServiceAddress address) => new AwsKeys(machine, address);

    public async Task<byte[]> Wrap(byte[] plain, CancellationToken ct)
    {
        var question = new JsonObject { ["KeyId"] = key, ["Plaintext"] = Convert.ToBase64String(plain) };
        return await Ask("Encrypt", question, "CiphertextBlob", "encrypted", ct);
    }

    // KMS finds the key by the ciphertext; the stock CLI does not name it either, so a key may have moved to another alias.
    public Task<byte[]> Unwrap(byte[] wrapped, CancellationToken ct) =>
        Ask("Decrypt", new() { ["CiphertextBlob"] = Convert.ToBase64String(wrapped) }, "Plaintext", "decrypted", ct);

    private static bool IsContext(string parameter) => parameter.StartsWith("context_", StringComparison.Ordinal);

    private static string? RegionIn(string key) => key.Split(':') is ["arn", _, "kms", { Length: > 0 } region, ..] ? region : null;

    private async Task<byte[]> Ask(string action, JsonObject question, string member, string what, CancellationToken ct)
    {
        if (context.Count > 0)
        {
            question["EncryptionContext"] = context.DeepClone();
        }
        var signature = new SignatureV4(await identity.Credentials(ct), region, "kms");
        var answer = await call.Post(
            endpoint,
            question,
            "application/x-amz-json-1.1",
            (request, body) =>
            {
                request.Headers.TryAddWithoutValidation("X-Amz-Target", "TrentService." + action);
                signature.Sign(request, body, machine.Clock.GetUtcNow());
            },
            ct,
            IsThrottled
        );
        return answer.IsGood && answer[member] is { } text
            ? Convert.FromBase64String(text)
            : throw call.Fault(
                what,
                $"AWS KMS in {region} answers {answer["__type"]?.Split('#')[^1]} {answer.Fault}",
                $"check the key, the region, and that the caller may use kms:{action}"
            );
    }

    private static bool IsThrottled(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.BadRequest
        && new StreamReader(response.Content.ReadAsStream()).ReadToEnd().Contains("ThrottlingException", StringComparison.Ordinal);
}
