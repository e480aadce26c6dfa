using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cli.Storage;

/// <summary>
/// Credentials that the stock CLI encrypted with a key of the operating system. This program has no access to such keys; it must tell them
/// from broken files, and not write over them.
/// </summary>
internal static class Envelope
{
    private const string Marker = "$pulumiSecureStore";

    /// <exception cref="UndecryptableException">It is a whole envelope, of a kind we cannot open.</exception>
    /// <exception cref="UserErrorException">It is an envelope that only a newer program understands, or a damaged one.</exception>
    public static void Refuse(JsonObject? members, string path)
    {
        if (members is null || !members.ContainsKey(Marker))
        {
            return;
        }
        if (members[Marker] is not JsonValue version || !version.TryGetValue<int>(out var number))
        {
            throw Damaged(path, "its version is not a number");
        }
        if (number > 1)
        {
            throw new UserErrorException(
                $"credentials file '{path}' was encrypted by a newer version of the Pulumi CLI (envelope version {number}). "
                    + "Upgrade the Pulumi CLI, or run `pulumi logout --all` to discard the stored credentials"
            );
        }
        foreach (var name in new[] { "backend", "nonce", "data" })
        {
            if (members[name]?.GetValueKind() != JsonValueKind.String)
            {
                throw Damaged(path, $"'{name}' is missing");
            }
        }
        throw new UndecryptableException(
            $"'{path}' is encrypted by the '{members["backend"]!.GetValue<string>()}' store, which this program cannot open"
        );
    }

    private static UserErrorException Damaged(string path, string reason) =>
        new(
            $"refusing to overwrite credentials file '{path}' that is encrypted but cannot be parsed: {reason}. "
                + "Run `pulumi logout --all` to discard the stored credentials"
        );
}

/// <summary>Stored credentials that cannot be opened here. <c>login</c> and <c>logout</c> offer a way on; everything else stops.</summary>
internal sealed class UndecryptableException(string reason) : Exception(reason)
{
    public UserErrorException AsUserError() =>
        new(
            $"{Message}. Use the stock Pulumi CLI, which can; or run `pulumi logout --all` to discard the stored credentials and `pulumi login` to "
                + "store new ones"
        );
}
