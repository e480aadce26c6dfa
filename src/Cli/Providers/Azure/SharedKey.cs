using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cli.Providers.Azure;

/// <summary>The signature of Azure Storage with an account's key. The request has all its headers when it is signed.</summary>
internal sealed record SharedKey(string Account, byte[] Key)
{
    private static readonly string[] Standard =
    [
        "Content-Encoding",
        "Content-Language",
        "Content-Length",
        "Content-MD5",
        "Content-Type",
        "Date",
        "If-Modified-Since",
        "If-Match",
        "If-None-Match",
        "If-Unmodified-Since",
        "Range",
    ];

    public void Sign(HttpRequestMessage request)
    {
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(TextOf(request))));
        request.Headers.TryAddWithoutValidation("Authorization", $"SharedKey {Account}:{signature}");
    }

    private string TextOf(HttpRequestMessage request)
    {
        var headers = request
            .Headers.NonValidated.Concat(request.Content?.Headers.NonValidated.AsEnumerable() ?? [])
            .ToDictionary(header => header.Key, header => header.Value.ToString().Trim(), StringComparer.OrdinalIgnoreCase);
        var length = request.Content?.Headers.ContentLength ?? 0;
        headers["Content-Length"] = length == 0 ? "" : length.ToString(CultureInfo.InvariantCulture);
        var special = headers
            .Where(header => header.Key.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase))
            .Select(header => $"{header.Key.ToLowerInvariant()}:{header.Value}\n")
            .Order(StringComparer.Ordinal);
        return $"{request.Method.Method}\n"
            + string.Concat(Standard.Select(name => headers.GetValueOrDefault(name, "") + "\n"))
            + string.Concat(special)
            + Resource(request.RequestUri!);
    }

    private string Resource(Uri address) =>
        $"/{Account}{address.AbsolutePath}"
        + string.Concat(
            address
                .Query.TrimStart('?')
                .Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Split('=', 2).Select(Uri.UnescapeDataString).ToArray())
                .OrderBy(pair => pair[0], StringComparer.Ordinal)
                .Select(pair => $"\n{pair[0].ToLowerInvariant()}:{pair.ElementAtOrDefault(1)}")
        );
}
