using System.Buffers.Text;
using System.Text.Json;

namespace Cli.Auth;

/// <summary>What a JWT says of whom it is for. Nothing is verified here: that is the server's part.</summary>
internal sealed record JwtClaims(string Organization, string Team, string User)
{
    private static readonly JwtClaims None = new("", "", "");

    public static bool IsJwt(string text) => text.Split('.') is [{ Length: > 0 }, { Length: > 0 }, _];

    public static JwtClaims Of(string jwt)
    {
        try
        {
            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(jwt.Split('.')[1].TrimEnd('=')));
            return payload.RootElement.ValueKind == JsonValueKind.Object ? Read(payload.RootElement) : None;
        }
        catch (Exception fault) when (fault is JsonException or FormatException)
        {
            // A token that only its issuer and the server understand: the flags have to say it all.
            return None;
        }
    }

    private static JwtClaims Read(JsonElement claims)
    {
        var audience = claims.TryGetProperty("aud", out var aud) && aud.ValueKind == JsonValueKind.String ? aud.GetString()! : "";
        var organization = audience.Split(':') is ["urn", "pulumi", "org", var name] ? name : "";
        var scopes = claims.TryGetProperty("scope", out var scope) ? Scopes(scope) : [];
        return new JwtClaims(organization, Named(scopes, "team:"), Named(scopes, "user:"));
    }

    private static string[] Scopes(JsonElement scope) =>
        scope.ValueKind switch
        {
            JsonValueKind.String => scope.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            JsonValueKind.Array =>
            [
                .. scope.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!),
            ],
            _ => [],
        };

    private static string Named(string[] scopes, string prefix) =>
        scopes.FirstOrDefault(scope => scope.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..] ?? "";
}
