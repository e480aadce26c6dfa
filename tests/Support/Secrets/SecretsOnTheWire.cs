using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Web;

namespace Support.Secrets;

/// <summary>Finds the secrets in what a client and a server say to each other.</summary>
public static partial class SecretsOnTheWire
{
    private const int LargestLookedAt = 256 * 1024;

    /// <summary>Members of bodies, fields of forms and parameters of addresses that hold secrets, without regard to capitals and underscores.</summary>
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "accessToken",
        "acceptInviteUrl",
        "claimToken",
        "clientSecret",
        "code",
        "codeVerifier",
        "deviceCode",
        "link",
        "password",
        "plaintext",
        "refreshToken",
        "secret",
        "token",
        "tokenValue",
        "userCode",
    };

    /// <summary>Those of the form that changes a password; elsewhere the words mean other things.</summary>
    private static readonly HashSet<string> NamesInForms = new(StringComparer.OrdinalIgnoreCase) { "current", "new" };

    public static void Note(HttpRequestMessage request, string requestText, HttpResponseMessage answer, string answerText)
    {
        if (RunSecrets.AreNoted)
        {
            NoteHeaders(request, answer);
            NoteBody(requestText, request.Content?.Headers.ContentType?.MediaType);
            NoteBody(answerText, answer.Content.Headers.ContentType?.MediaType);
        }
    }

    /// <summary>A body: JSON, a form, or a page.</summary>
    public static void NoteBody(string text, string? mediaType)
    {
        if (!RunSecrets.AreNoted || text.Length is 0 or > LargestLookedAt)
        {
            return;
        }
        switch (mediaType)
        {
            case "application/x-www-form-urlencoded":
                NoteFields("field", text);
                break;
            case "text/html":
                NotePage(text);
                break;
            default:
                NoteJson(text);
                break;
        }
    }

    /// <summary>The parameters of an address; one that is a secret itself says so in its path.</summary>
    public static void NoteAddress(Uri address)
    {
        NoteFields("address", address.Query);
        RunSecrets.Note("invitation", Invitation().Match(address.AbsolutePath).Groups["secret"].Value);
    }

    public static void NotePage(string html)
    {
        foreach (Match shown in Shown().Matches(html))
        {
            RunSecrets.Note("page: " + shown.Groups["id"].Value, HttpUtility.HtmlDecode(shown.Groups["secret"].Value));
        }
    }

    private static void NoteHeaders(HttpRequestMessage request, HttpResponseMessage answer)
    {
        NoteAddress(request.RequestUri!);
        if (answer.Headers.Location is { } location)
        {
            NoteAddress(new Uri(request.RequestUri!, location));
        }
        if (request.Headers.TryGetValues("Authorization", out var sent) && sent.Single().Split(' ') is [var scheme, var secret])
        {
            RunSecrets.Note("header: " + scheme, secret);
        }
        foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
        {
            var parts = cookie.Split(';')[0].Split('=', 2);
            RunSecrets.Note("cookie: " + parts[0], parts[1]);
        }
    }

    private static void NoteFields(string kind, string query)
    {
        var fields = HttpUtility.ParseQueryString(query);
        foreach (var name in fields.AllKeys.Where(n => n is not null && (IsSecret(n) || NamesInForms.Contains(n))))
        {
            RunSecrets.Note($"{kind}: {name}", fields[name]);
        }
    }

    private static void NoteJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            NoteJson(document.RootElement);
        }
        catch (JsonException)
        {
            // Not every body is one.
        }
    }

    private static void NoteJson(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                NoteJson(item);
            }
            return;
        }
        if (value.ValueKind != JsonValueKind.Object)
        {
            return;
        }
        var isSecret = value.TryGetProperty("secret", out var flag) && flag.ValueKind == JsonValueKind.True;
        foreach (var member in value.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String && (IsSecret(member.Name) || (isSecret && member.Name == "value")))
            {
                NoteText("body: " + member.Name, member.Value.GetString()!);
            }
            NoteJson(member.Value);
        }
    }

    private static void NoteText(string kind, string text)
    {
        RunSecrets.Note(kind, text);
        if (kind == "body: plaintext" && Convert.TryFromBase64String(text, new byte[text.Length], out var length) && length > 0)
        {
            RunSecrets.Note(kind, Encoding.UTF8.GetString(Convert.FromBase64String(text)));
        }
    }

    private static bool IsSecret(string name) => Names.Contains(name.Replace("_", "", StringComparison.Ordinal));

    /// <summary>What pages show only once: a token, a link, the key of an authenticator, recovery codes.</summary>
    [GeneratedRegex(
        """id="(?<id>token-value|scim-token|reset-link|totp-key|invite-link|recovery-codes)"[^>]*>(?<secret>[^<]+)""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Shown();

    [GeneratedRegex("^/invites/(?<secret>[0-9a-f]{64})$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Invitation();
}
