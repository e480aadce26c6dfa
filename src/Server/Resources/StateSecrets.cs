using System.Text.Json;
using Server.Audit;
using Server.Auth;
using Server.Secrets;
using Server.Stacks;

namespace Server.Resources;

/// <summary>Shows a secret of a state to somebody who asks for it. That is written down before it is shown.</summary>
public sealed class StateSecrets(Decryption decryption, AuditStore audit)
{
    /// <param name="place">Where in <paramref name="values"/> the secret stands.</param>
    /// <param name="what">For the audit log: <c>the output 'password'</c>.</param>
    /// <returns>Why it cannot be shown; nothing if it is on the sheet now.</returns>
    public async Task<IReadOnlyList<string>> Reveal(
        HttpContext http,
        ValueSheet sheet,
        JsonElement? values,
        string place,
        string what,
        CancellationToken ct
    )
    {
        if (
            values is not { } root
            || SpecialValue.At(root, place) is not { } secret
            || SpecialValue.SignatureOf(secret) != SpecialValue.Secret
        )
        {
            return ["That secret is not there any more. Look at the page again."];
        }
        if (!http.Stack().Can(Permission.StackDecrypt))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return
            [
                $"Showing it needs the permission '{Permission.StackDecrypt}'. An administrator of the stack or of the organization can grant it.",
            ];
        }
        try
        {
            var plaintext = secret.Text("plaintext") is { Length: > 0 } open
                ? JsonElement.Parse(open)
                : JsonElement.Parse(await decryption.Open(http, Convert.FromBase64String(secret.Text("ciphertext")), ct));
            var stack = http.Stack();
            var description = $"Showed {what} of {stack.FullName} in the console";
            await audit.Add(http.Actor(), stack.OrganizationId, AuditEvent.SecretDecrypted, description, stack.Id, ct);
            sheet.Reveal(place, plaintext);
            return [];
        }
        catch (Exception foreign) when (foreign is ApiException or FormatException or JsonException)
        {
            return
            [
                "This secret cannot be shown here: it was not encrypted by this service, but by a secrets provider whose key is elsewhere. Use pulumi stack output --show-secrets.",
            ];
        }
    }
}
