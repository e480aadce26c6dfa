using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Server.Auth;

namespace Server.Http;

/// <summary>How lists are asked for page by page.</summary>
public static class Paging
{
    /// <param name="text">The query's <c>maxResults</c>.</param>
    public static int Size(string? text, int standard, int largest) =>
        string.IsNullOrEmpty(text) ? standard
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? Math.Min(count, largest)
        : throw ApiException.BadRequest($"'{text}' is not a valid maxResults; use 1 to {largest}.");

    /// <summary>A continuation token: some clients put it into an address as it is.</summary>
    public static string Token(params string[] position) =>
        WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(string.Join('\n', position)));

    /// <param name="parts">How many words <see cref="Token"/> was made of.</param>
    /// <returns>Null for the first page.</returns>
    public static string[]? Position(string? token, int parts)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }
        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(WebEncoders.Base64UrlDecode(token));
            return text.Split('\n') is { } words && words.Length == parts && !text.Contains('\0') ? words : throw Foreign();
        }
        catch (Exception odd) when (odd is FormatException or ArgumentException)
        {
            throw Foreign();
        }
    }

    public static ApiException Foreign() => ApiException.BadRequest("The continuationToken is not one that this list has given out.");
}
