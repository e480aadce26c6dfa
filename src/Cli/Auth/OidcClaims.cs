using System.Text.Json;

namespace Cli.Auth;

/// <summary>What a JWT says about the exchange. Its signature is the server's business.</summary>
internal sealed record OidcClaims(string? Organization, string? Team, string? User)
{
    public static OidcClaims Of(string jwt)
    {
        if (jwt.Split('.') is not [_, var payload, ..])
        {
            return new(null, null, null);
        }
        try
        {
            var base64 = payload.Replace('-', '+').Replace('_', '/');
            using var claims = JsonDocument.Parse(Convert.FromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '=')));
            var root = claims.RootElement;
            var scopes = Scopes(root);
            var team = scopes.FirstOrDefault(s => s.StartsWith("team:", StringComparison.Ordinal))?[5..];
            var user = scopes.FirstOrDefault(s => s.StartsWith("user:", StringComparison.Ordinal))?[5..];
            return team is not null && user is not null
                ? throw new OidcArgumentException(
                    $"JWT scope contains both team '{team}' and user '{user}'. Only one of team or user may be specified for token exchange"
                )
                : new(OrganizationIn(root), team, user);
        }
        catch (Exception problem) when (problem is JsonException or FormatException)
        {
            return new(null, null, null);
        }
    }

    private static string? OrganizationIn(JsonElement root) =>
        root.TryGetProperty("aud", out var audience)
        && audience.ValueKind == JsonValueKind.String
        && audience.GetString()!.Split(':') is ["urn", "pulumi", "org", { Length: > 0 } organization]
            ? organization
            : null;

    private static List<string> Scopes(JsonElement root) =>
        !root.TryGetProperty("scope", out var scope) ? []
        : scope.ValueKind == JsonValueKind.String ? [.. scope.GetString()!.Split(' ')]
        : scope.ValueKind == JsonValueKind.Array
            ? [.. scope.EnumerateArray().Where(s => s.ValueKind == JsonValueKind.String).Select(s => s.GetString()!)]
        : [];
}
