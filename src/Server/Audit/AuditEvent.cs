using Server.Auth;
using Server.Http;

namespace Server.Audit;

/// <summary>Identifiers of what is written down, as Pulumi Cloud calls them.</summary>
public static class AuditEvent
{
    public const string SecretDecrypted = "secret-decrypted";
    public const string SecretsBatchDecrypted = "secrets-batch-decrypted";
    public const string StackCreated = "stack-created";
    public const string StackDeleted = "stack-deleted";
    public const string StackRenamed = "stack-renamed";
    public const string StackRestored = "stack-restored";
    public const string StackTransferred = "stack-transferred-to-organization";
}

/// <summary>Who did it, with which token, from where.</summary>
public sealed record Actor(string AccountId, string? TokenId, string Address);

public static class ActorExtensions
{
    public static Actor Actor(this HttpContext http) => new(http.Caller().AccountId, http.Caller().TokenId, http.ClientAddress());
}
