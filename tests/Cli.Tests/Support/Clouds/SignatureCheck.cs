using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Cli.Tests.Support.Clouds;

/// <summary>A signature of version 4, taken apart and computed again from a request as it arrived.</summary>
internal sealed record SignatureCheck(
    string KeyId,
    string Date,
    string Region,
    string Service,
    string[] Headers,
    string Signature,
    string Canonical,
    string Time
)
{
    /// <returns>Null when the request has none.</returns>
    public static SignatureCheck? Of(HttpRequest request, string path, string target, byte[] body)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("AWS4-HMAC-SHA256 ", StringComparison.Ordinal))
        {
            return null;
        }
        var parts = authorization["AWS4-HMAC-SHA256 ".Length..]
            .Split(", ")
            .Select(part => part.Split('=', 2))
            .ToDictionary(part => part[0], part => part[1]);
        var scope = parts["Credential"].Split('/');
        var headers = parts["SignedHeaders"].Split(';');
        var query = target.Contains('?', StringComparison.Ordinal) ? target[(target.IndexOf('?', StringComparison.Ordinal) + 1)..] : "";
        var sorted = query
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=")
            .Order(StringComparer.Ordinal);
        var canonical = string.Join(
            '\n',
            [
                request.Method,
                path,
                string.Join('&', sorted),
                .. headers.Select(name => $"{name}:{request.Headers[name].ToString().Trim()}"),
                "",
                parts["SignedHeaders"],
                Convert.ToHexStringLower(SHA256.HashData(body)),
            ]
        );
        return new(
            scope[0],
            scope[1],
            scope[2],
            scope[3],
            headers,
            parts["Signature"],
            canonical,
            request.Headers["x-amz-date"].ToString()
        );
    }

    public bool Signs(params string[] names) => names.All(Headers.Contains);

    public bool Matches(string secret)
    {
        var scope = $"{Date}/{Region}/{Service}/aws4_request";
        var text = $"AWS4-HMAC-SHA256\n{Time}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical)))}";
        var key = scope
            .Split('/')
            .Aggregate(Encoding.UTF8.GetBytes("AWS4" + secret), (k, part) => HMACSHA256.HashData(k, Encoding.UTF8.GetBytes(part)));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text))) == Signature
            && Time.StartsWith(Date, StringComparison.Ordinal);
    }
}
