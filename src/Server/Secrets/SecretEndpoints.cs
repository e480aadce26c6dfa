using Server.Audit;
using Server.Auth;
using Server.Http;
using Server.Stacks;
using Wire;

namespace Server.Secrets;

/// <summary>Encrypts and decrypts with a stack's key. Each request that reads plaintext leaves one row in the audit log, on disk before the answer.</summary>
public static class SecretEndpoints
{
    /// <summary>Certificates and whole files are secrets too.</summary>
    public const long LargestBody = 64 * BodyLimit.Mebibyte;

    private const int LongestName = 200;

    public static void AddSecrets(this IServiceCollection services, string masterKeyFile)
    {
        services.AddSingleton(new MasterKeyFile(masterKeyFile));
        services.AddSingleton<MasterKeyStore>();
        services.AddSingleton<DataKeyStore>();
        services.AddSingleton<OwnerKeyStore>();
        services.AddSingleton<IWrappedKeys>(s => s.GetRequiredService<DataKeyStore>());
        services.AddSingleton<IWrappedKeys>(s => s.GetRequiredService<OwnerKeyStore>());
        services.AddSingleton<MasterKeys>();
        services.AddSingleton(s => new DataKeys(s.GetRequiredService<DataKeyStore>(), s.GetRequiredService<MasterKeys>()));
        services.AddSingleton<OwnerKeys>();
        services.AddSingleton<KeyRotation>();
        services.AddScoped<Decryption>();
    }

    public static void MapSecrets(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(StackAccess.Route + "/encrypt", Encrypt).RequireStackByAnyName(Permission.StackEncrypt).LimitBody(LargestBody);
        routes.MapPost(StackAccess.Route + "/decrypt", Decrypt).RequireStackByAnyName(Permission.StackDecrypt).LimitBody(LargestBody);
        routes
            .MapPost(StackAccess.Route + "/batch-encrypt", BatchEncrypt)
            .RequireStackByAnyName(Permission.StackEncrypt)
            .LimitBody(LargestBody);
        routes
            .MapPost(StackAccess.Route + "/batch-decrypt", BatchDecrypt)
            .RequireStackByAnyName(Permission.StackDecrypt)
            .LimitBody(LargestBody);
        routes
            .MapPost(StackAccess.Route + "/decrypt/log-decryption", LogDecryption)
            .RequireStackByAnyName(Permission.StackRead)
            .OnlyReads();
        routes
            .MapPost(StackAccess.Route + "/decrypt/log-batch-decryption", LogBatchDecryption)
            .RequireStackByAnyName(Permission.StackRead)
            .OnlyReads();
        routes.MapProjectSecrets();
    }

    private static async Task<EncryptResponse> Encrypt(HttpContext http, Body<EncryptRequest> body, DataKeys keys, CancellationToken ct)
    {
        using var cipher = await keys.Get(http.Stack().Id, ct);
        return new(cipher.Seal(body.Value.Plaintext ?? []));
    }

    private static async Task<BatchEncryptResponse> BatchEncrypt(
        HttpContext http,
        Body<BatchEncryptRequest> body,
        DataKeys keys,
        CancellationToken ct
    )
    {
        var plaintexts = Checked(body.Value.Plaintexts);
        using var cipher = await keys.Get(http.Stack().Id, ct);
        return new(plaintexts.Select(p => cipher.Seal(p)).ToList());
    }

    private static async Task<DecryptResponse> Decrypt(
        HttpContext http,
        Body<DecryptRequest> body,
        Decryption decryption,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var stack = http.Stack();
        var plaintext = await decryption.Open(http, body.Value.Ciphertext ?? [], ct);
        await audit.Add(
            http.Actor(),
            stack.OrganizationId,
            AuditEvent.SecretDecrypted,
            $"Decrypted a secret of {stack.FullName}",
            stack.Id,
            ct
        );
        return new(plaintext);
    }

    private static async Task<BatchDecryptResponse> BatchDecrypt(
        HttpContext http,
        Body<BatchDecryptRequest> body,
        Decryption decryption,
        AuditStore audit,
        CancellationToken ct
    )
    {
        var (stack, ciphertexts) = (http.Stack(), Checked(body.Value.Ciphertexts));
        var plaintexts = new Dictionary<string, byte[]>(ciphertexts.Count, StringComparer.Ordinal);
        foreach (var ciphertext in ciphertexts)
        {
            plaintexts[Convert.ToBase64String(ciphertext)] = await decryption.Open(http, ciphertext, ct);
        }
        if (plaintexts.Count > 0)
        {
            await audit.Add(
                http.Actor(),
                stack.OrganizationId,
                AuditEvent.SecretsBatchDecrypted,
                $"Decrypted {plaintexts.Count} secrets of {stack.FullName}",
                stack.Id,
                ct
            );
        }
        return new(plaintexts);
    }

    private static Task<IResult> LogDecryption(HttpContext http, Body<LogDecryptionRequest> body, AuditStore audit, CancellationToken ct) =>
        Log(http, AuditEvent.SecretDecrypted, $"Decrypted the secret '{Short(body.Value.SecretName)}'", audit, ct);

    private static Task<IResult> LogBatchDecryption(
        HttpContext http,
        Body<LogDecryptionRequest> body,
        AuditStore audit,
        CancellationToken ct
    ) => Log(http, AuditEvent.SecretsBatchDecrypted, $"Decrypted secrets with '{Short(body.Value.CommandName)}'", audit, ct);

    private static async Task<IResult> Log(HttpContext http, string name, string what, AuditStore audit, CancellationToken ct)
    {
        var stack = http.Stack();
        var description = $"{what} of {stack.FullName}, which has a secrets provider of its own";
        await audit.Add(http.Actor(), stack.OrganizationId, name, description, stack.Id, ct);
        return Results.NoContent();
    }

    /// <exception cref="ApiException">There are too many.</exception>
    public static IReadOnlyList<byte[]> Checked(IReadOnlyList<byte[]>? values) =>
        values is null or { Count: <= SecretBatch.Most }
            ? values ?? []
            : throw ApiException.BadRequest($"A batch has at most {SecretBatch.Most} values. Send several.");

    /// <summary>What a client says about itself goes into the log as one short line.</summary>
    private static string Short(string? text) =>
        new([.. (text ?? "").Take(LongestName).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)]);
}
