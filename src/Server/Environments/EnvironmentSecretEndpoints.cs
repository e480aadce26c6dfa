using Server.Audit;
using Server.Auth;
using Server.Http;
using Wire;

namespace Server.Environments;

/// <summary>Encrypts and decrypts single secrets of an environment, for editors that show them one by one.</summary>
public static class EnvironmentSecretEndpoints
{
    private const int Most = 1000;

    public static void MapEnvironmentSecrets(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(EnvironmentAccess.Route + "/encrypt-secrets", Encrypt).RequireEnvironment(Permission.EnvironmentWrite);
        routes.MapPost(EnvironmentAccess.Route + "/decrypt-secrets", Decrypt).RequireEnvironment(Permission.EnvironmentOpen);
    }

    private static async Task<EncryptEnvironmentSecretsResponse> Encrypt(
        HttpContext http,
        Body<EncryptEnvironmentSecretsRequest> body,
        SecretText secrets,
        CancellationToken ct
    )
    {
        var environment = http.Environment();
        var ciphertexts = new List<string>();
        foreach (var plaintext in Checked(body.Value.Plaintexts))
        {
            ciphertexts.Add(await secrets.Seal(plaintext, environment.OrganizationId, environment.Id, ct));
        }
        return new(ciphertexts);
    }

    private static async Task<DecryptEnvironmentSecretsResponse> Decrypt(
        HttpContext http,
        Body<DecryptEnvironmentSecretsRequest> body,
        SecretText secrets,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var environment = http.Environment();
        var plaintexts = new List<string>();
        foreach (var ciphertext in Checked(body.Value.Ciphertexts))
        {
            plaintexts.Add(
                await secrets.Open(ciphertext, environment.OrganizationId, environment.Id, ct)
                    ?? throw ApiException.BadRequest("A ciphertext was not encrypted for this environment, or has been changed since.")
            );
        }
        var what = $"Decrypted {plaintexts.Count} secrets of the environment {environment.FullName}";
        await audit.Add(http.Actor(), environment.OrganizationId, AuditEvent.EnvironmentDecrypted, what, stackId: null, ct);
        return new(plaintexts);
    }

    private static List<string> Checked(IReadOnlyList<string?>? values) =>
        values is null ? []
        : values.Count > Most ? throw new ApiException(413, $"Payload Too Large: These are more than {Most} values. Send several.")
        : [.. values.Select(v => v ?? "")];
}
