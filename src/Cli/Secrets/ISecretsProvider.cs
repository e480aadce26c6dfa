using System.Text.Json.Nodes;

namespace Cli.Secrets;

/// <summary>What encrypts the secrets of a stack. Ciphertexts are the text that files and states hold.</summary>
internal interface ISecretsProvider
{
    /// <summary>What a state says of it: <c>{"type", "state"}</c>.</summary>
    JsonObject Description { get; }

    /// <returns>In the order of what was given.</returns>
    Task<IReadOnlyList<string>> Encrypt(IReadOnlyList<string> plaintexts, CancellationToken ct);

    /// <returns>In the order of what was given.</returns>
    Task<IReadOnlyList<string>> Decrypt(IReadOnlyList<string> ciphertexts, CancellationToken ct);
}
