using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.Organizations;
using Server.Stacks;
using Wire;

namespace Server.Secrets;

/// <summary>Encrypts and decrypts with a key that belongs to a project instead of a stack. The stock CLI does not use it; other clients do.</summary>
public static class ProjectSecretEndpoints
{
    private const string Route = "/api/projects/{orgName}/{projectName}";

    public static void MapProjectSecrets(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Route + "/encrypt", Encrypt).RequireMember(Permission.ProjectEncrypt).LimitBody(SecretEndpoints.LargestBody);
        routes.MapPost(Route + "/decrypt", Decrypt).RequireMember(Permission.ProjectDecrypt).LimitBody(SecretEndpoints.LargestBody);
        routes
            .MapPost(Route + "/batch-decrypt", BatchDecrypt)
            .RequireMember(Permission.ProjectDecrypt)
            .LimitBody(SecretEndpoints.LargestBody);
    }

    private static async Task<EncryptResponse> Encrypt(
        HttpContext http,
        string projectName,
        Body<EncryptRequest> body,
        StackStore stacks,
        DataKeys keys,
        CancellationToken ct
    )
    {
        using var cipher = await keys.Get(await Owner(http, projectName, stacks, ct), ct);
        return new(cipher.Seal(body.Value.Plaintext ?? []));
    }

    private static async Task<DecryptResponse> Decrypt(
        HttpContext http,
        string projectName,
        Body<DecryptRequest> body,
        StackStore stacks,
        DataKeys keys,
        AuditStore audit,
        CancellationToken ct
    )
    {
        using var cipher = await keys.Find(await Owner(http, projectName, stacks, ct), ct);
        var plaintext = Open(cipher, body.Value.Ciphertext ?? [], projectName);
        await Log(http, AuditEvent.SecretDecrypted, $"Decrypted a secret of the project {projectName}", audit, ct);
        return new(plaintext);
    }

    private static async Task<BatchDecryptResponse> BatchDecrypt(
        HttpContext http,
        string projectName,
        Body<BatchDecryptRequest> body,
        StackStore stacks,
        DataKeys keys,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var ciphertexts = SecretEndpoints.Checked(body.Value.Ciphertexts);
        using var cipher = await keys.Find(await Owner(http, projectName, stacks, ct), ct);
        var plaintexts = new Dictionary<string, byte[]>(ciphertexts.Count, StringComparer.Ordinal);
        foreach (var ciphertext in ciphertexts)
        {
            plaintexts[Convert.ToBase64String(ciphertext)] = Open(cipher, ciphertext, projectName);
        }
        if (plaintexts.Count > 0)
        {
            var what = $"Decrypted {plaintexts.Count} secrets of the project {projectName}";
            await Log(http, AuditEvent.SecretsBatchDecrypted, what, audit, ct);
        }
        return new(plaintexts);
    }

    private static async Task<string> Owner(HttpContext http, string project, StackStore stacks, CancellationToken ct) =>
        await stacks.ProjectExists(http.Organization(), project, ct)
            ? $"{http.Organization().Id}/{project}"
            : throw ApiException.NotFound($"Project '{http.Organization().Login}/{project}' not found");

    private static byte[] Open(Cipher? cipher, byte[] ciphertext, string project) =>
        cipher?.Open(ciphertext)
        ?? throw ApiException.BadRequest($"A ciphertext was not encrypted for the project '{project}', or it has been changed since.");

    private static Task Log(HttpContext http, string name, string what, AuditStore audit, CancellationToken ct) =>
        audit.Add(http.Actor(), http.Organization().Id, name, what, stackId: null, ct);
}
