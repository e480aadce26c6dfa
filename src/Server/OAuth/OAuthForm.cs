using Microsoft.Extensions.Primitives;
using Wire;

namespace Server.OAuth;

/// <summary>The fields of an OAuth request. One that is empty or comes twice counts as absent (RFC 6749, 3.1).</summary>
public sealed class OAuthForm(IReadOnlyDictionary<string, StringValues> fields)
{
    public string? this[string name] => fields.TryGetValue(name, out var values) && values is [{ Length: > 0 } only] ? only : null;

    public static async Task<OAuthForm> Read(HttpContext http)
    {
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

    /// <param name="error">A code of RFC 6749, 5.2, or RFC 8628, 3.5.</param>
    public static IResult Refuse(string error, string description, int status = StatusCodes.Status400BadRequest) =>
        Results.Json(
            new TokenGrantError(error, description) { Code = status, Message = description },
            OAuthJson.Default.TokenGrantError,
            statusCode: status
        );
}
