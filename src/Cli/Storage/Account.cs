using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cli.Api;

namespace Cli.Storage;

/// <summary>What is remembered of one login.</summary>
/// <param name="AccessToken">Empty for file and bucket back ends.</param>
internal sealed record Account(string AccessToken)
{
    public string RefreshToken { get; init; } = "";
    public string UserName { get; init; } = "";
    public IReadOnlyList<string> Organizations { get; init; } = [];

    /// <summary>Null is the zero time: never.</summary>
    public DateTimeOffset? LastValidatedAt { get; init; }
    public Trust Trust { get; init; } = Trust.Usual;
    public TokenInformation? Token { get; init; }

    public bool HasCredential => AccessToken.Length > 0 || RefreshToken.Length > 0;

    public bool IsExpired(DateTimeOffset now) => Token?.ExpiresAt is { } expiry && expiry <= now;

    public override string ToString() => $"account of {UserName}"; // A record would print its tokens.

    public static Account Read(JsonObject members) =>
        new(Text(members, "accessToken"))
        {
            RefreshToken = Text(members, "refreshToken"),
            UserName = Text(members, "username"),
            Organizations = members["organizations"] is JsonArray names ? [.. names.Select(TextOf)] : [],
            LastValidatedAt = Time(members, "lastValidatedAt"),
            Trust = new(
                members["insecure"]?.GetValueKind() == JsonValueKind.True,
                Text(members, "caFile") is { Length: > 0 } file ? file : null,
                Text(members, "certificateSha256") is { Length: > 0 } fingerprint ? fingerprint : null
            ),
            Token = members["tokenInformation"] is JsonObject token
                ? new TokenInformation(Text(token, "name"), Text(token, "organization"), Text(token, "team"), Time(token, "expiresAt"))
                : null,
        };

    /// <summary>In the stock CLI's order, which knows nothing of two of the kinds of trust and keeps them; members that we do not know follow, as they were.</summary>
    public JsonObject Write(JsonObject? before)
    {
        var members = new JsonObject();
        AddText(members, "accessToken", AccessToken);
        AddText(members, "refreshToken", RefreshToken);
        AddText(members, "username", UserName);
        if (Organizations.Count > 0)
        {
            members["organizations"] = new JsonArray([.. Organizations.Select(name => JsonValue.Create(name))]);
        }
        members["lastValidatedAt"] = GoTime.Write(LastValidatedAt);
        if (Trust.Anything)
        {
            members["insecure"] = true;
        }
        AddText(members, "caFile", Trust.CaFile ?? "");
        AddText(members, "certificateSha256", Trust.Fingerprint ?? "");
        if (Token is not null)
        {
            members["tokenInformation"] = Token.Write(before?["tokenInformation"] as JsonObject);
        }
        return Unknown.Carry(before, members, Known);
    }

    private static readonly string[] Known =
    [
        "accessToken",
        "refreshToken",
        "username",
        "organizations",
        "lastValidatedAt",
        "insecure",
        "caFile",
        "certificateSha256",
        "tokenInformation",
    ];

    private static void AddText(JsonObject members, string name, string value)
    {
        if (value.Length > 0)
        {
            members[name] = value;
        }
    }

    private static string Text(JsonObject members, string name) => TextOf(members[name]);

    private static string TextOf(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";

    private static DateTimeOffset? Time(JsonObject members, string name) => GoTime.Read(Text(members, name));
}

/// <summary>Which machine token this is. A personal token has none of it but perhaps an expiry.</summary>
internal sealed record TokenInformation(string Name, string Organization, string Team, DateTimeOffset? ExpiresAt)
{
    public JsonObject Write(JsonObject? before)
    {
        var members = new JsonObject { ["name"] = Name };
        if (Organization.Length > 0)
        {
            members["organization"] = Organization;
        }
        if (Team.Length > 0)
        {
            members["team"] = Team;
        }
        if (ExpiresAt is not null)
        {
            members["expiresAt"] = GoTime.Write(ExpiresAt);
        }
        return Unknown.Carry(before, members, ["name", "organization", "team", "expiresAt"]);
    }
}

/// <summary>RFC 3339 with as much of a fraction as there is; the zero time stands for "never".</summary>
internal static class GoTime
{
    public static string Write(DateTimeOffset? time) =>
        time is { } known
            ? known.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)
            : "0001-01-01T00:00:00Z";

    public static DateTimeOffset? Read(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1
            ? time
            : null;
}

internal static class Unknown
{
    /// <summary>Adds what <paramref name="before"/> holds besides the known members: another program's, and not ours to drop.</summary>
    public static JsonObject Carry(JsonObject? before, JsonObject after, string[] known)
    {
        foreach (var (name, value) in before ?? [])
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                after[name] = value?.DeepClone();
            }
        }
        return after;
    }
}
