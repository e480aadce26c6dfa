using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Wire;

namespace Server.OAuth;

/// <summary>The fields of an OAuth request. One that is empty or comes twice counts as absent (RFC 6749, 3.1).</summary>
public sealed class OAuthForm(IReadOnlyDictionary<string, StringValues> fields)
{
    public string? this[string name] => fields.TryGetValue(name, out var values) && values is [{ Length: > 0 } only] ? only : null;

    public static async Task<OAuthForm> Read(HttpContext http)
    {
        if (http.Request.HasJsonContentType())
        {
            return new(await ReadJson(http));
        }
        if (!http.Request.HasFormContentType)
        {
            return new(new Dictionary<string, StringValues>());
        }
        try
        {
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            return new(form.ToDictionary(f => f.Key, f => f.Value));
        }
        catch (InvalidDataException)
        {
            return new(new Dictionary<string, StringValues>());
        }
    }

    /// <summary>The published form of a token exchange. Texts and numbers are fields; whatever else stands there is none.</summary>
    private static async Task<Dictionary<string, StringValues>> ReadJson(HttpContext http)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
            return body.RootElement.ValueKind != JsonValueKind.Object
                ? []
                : body
                    .RootElement.EnumerateObject()
                    .Where(p => p.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                    .GroupBy(p => p.Name, p => p.Value.ToString())
                    .ToDictionary(g => g.Key, g => new StringValues([.. g]));
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <param name="error">A code of RFC 6749, 5.2, or RFC 8628, 3.5.</param>
    public static IResult Refuse(string error, string description, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(
            new TokenGrantError(error, description) { Code = status, Message = description },
            OAuthJson.Default.TokenGrantError,
            statusCode: status
        );
}
