using System.Text.Json.Nodes;
using Cli.Backends;
using Cli.Backends.Cloud;
using Cli.Project;
using Cli.State;
using Cli.Storage;

namespace Cli.Secrets;

/// <summary>Finds the provider that a stack's file or state names, and makes new ones.</summary>
internal sealed class StackSecrets(Session session, IBackend backend)
{
    private static readonly string[] KeyServices = ["awskms", "azurekeyvault", "gcpkms", "hashivault"];
    private readonly Passphrase passphrase = new(session);

    public static void CheckName(string provider)
    {
        var scheme = provider.Split("://", 2)[0];
        var known = provider is "" or "default" or "passphrase" || (provider.Contains("://") && KeyServices.Contains(scheme));
        if (!known)
        {
            throw new UserErrorException(
                $"unknown secrets provider type '{provider}' (supported values: default,passphrase,{string.Join(',', KeyServices)})"
            );
        }
    }

    /// <summary>What the stack's file names; where it names nothing, the back end's own.</summary>
    public ISecretsProvider OfFile(StackName stack, StackFile file)
    {
        var name = file.SecretsProvider ?? "default";
        if (name.Contains("://", StringComparison.Ordinal))
        {
            return KeyServiceSecrets.Of(session.Machine, name, file.EncryptedKey ?? "");
        }
        if (name == "default" && backend is CloudBackend cloud && file.EncryptionSalt is null)
        {
            return ServiceSecrets.Of(cloud.Connection, stack);
        }
        return OfSalt(
            file.EncryptionSalt
                ?? throw new UserErrorException(
                    $"the stack '{backend.Show(stack)}' has no passphrase yet: '{file.Path}' holds no encryptionsalt"
                ),
            backend.Show(stack)
        );
    }

    /// <summary>Whether the file has to get a key or a salt before anything can be encrypted.</summary>
    public bool LacksKey(StackFile file) =>
        (file.SecretsProvider ?? "default") switch
        {
            "default" => file.EncryptionSalt is null && !backend.IsCloud,
            "passphrase" => file.EncryptionSalt is null,
            _ => file.EncryptedKey is null,
        };

    /// <summary>What a state names.</summary>
    /// <param name="description"><c>secrets_providers</c>.</param>
    /// <param name="stack">As it is shown.</param>
    public ISecretsProvider OfState(JsonObject description, string stack)
    {
        var state = description["state"] as JsonObject ?? [];
        return References.Text(description["type"]) switch
        {
            PassphraseSecrets.Type => OfSalt(References.Text(state["salt"]) ?? "", stack),
            ServiceSecrets.Type => Service(description, state),
            KeyServiceSecrets.Type => KeyServiceSecrets.Of(
                session.Machine,
                References.Text(state["url"]) ?? "",
                References.Text(state["encryptedkey"]) ?? ""
            ),
            var other => throw new UserErrorException($"unknown secrets provider type \"{other}\" in the state"),
        };
    }

    /// <summary>A new one for a new stack.</summary>
    public async Task<ISecretsProvider> New(StackName stack, string provider, CancellationToken ct)
    {
        CheckName(provider);
        if (provider.Contains("://", StringComparison.Ordinal))
        {
            return await KeyServiceSecrets.New(session.Machine, provider, ct);
        }
        return provider != "passphrase" && backend is CloudBackend cloud
            ? ServiceSecrets.Of(cloud.Connection, stack)
            : PassphraseSecrets.New(await passphrase.ForNewStack(ct));
    }

    /// <summary>A new one for a stack that has one.</summary>
    public async Task<ISecretsProvider> Changed(StackName stack, string provider, ISecretsProvider old, CancellationToken ct)
    {
        CheckName(provider);
        return provider.Contains("://", StringComparison.Ordinal) || (provider != "passphrase" && backend.IsCloud)
            ? await New(stack, provider, ct)
            : PassphraseSecrets.New(await passphrase.ForChange(old is PassphraseSecrets, ct));
    }

    /// <summary>The settings in which a stack's file names the provider.</summary>
    public static StackFile Record(StackFile file, ISecretsProvider provider) =>
        provider switch
        {
            PassphraseSecrets own => Settings(file, null, null, own.Salt),
            KeyServiceSecrets own => Settings(file, own.Url, own.EncryptedKey, null),
            _ => Settings(file, null, null, null),
        };

    private static StackFile Settings(StackFile file, string? provider, string? key, string? salt) =>
        file.WithSetting("secretsprovider", provider).WithSetting("encryptedkey", key).WithSetting("encryptionsalt", salt);

    private PassphraseSecrets OfSalt(string salt, string stack) => new(salt, (text, ct) => passphrase.Unlock(text, stack, ct));

    /// <summary>The key is that of the stack which the state names, on the server which it names.</summary>
    private ServiceSecrets Service(JsonObject description, JsonObject state)
    {
        var stack = new StackName(
            References.Text(state["owner"]) ?? "",
            References.Text(state["project"]) ?? "",
            References.Text(state["stack"]) ?? ""
        );
        var url = References.Text(state["url"])?.TrimEnd('/');
        if (backend is CloudBackend cloud && (url is null || url == cloud.Url))
        {
            return new(cloud.Connection, stack, description);
        }
        var account = url is null ? null : new CredentialStore(session).Read().Find(url);
        return account is null
            ? throw new UserErrorException(
                $"the secrets of this state are kept by {url ?? "a cloud"}; run `pulumi login {url}` first, so that they can be read",
                Exit.Authentication
            )
            : new(new CloudConnection(session, url!, account), stack, description);
    }
}
