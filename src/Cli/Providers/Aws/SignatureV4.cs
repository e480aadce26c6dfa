using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cli.Providers.Aws;

/// <summary>AWS Signature Version 4, in a header. The path is taken as it is sent: no service that we call encodes it twice.</summary>
/// <param name="Service">As in scopes: <c>s3</c>, <c>kms</c>, <c>sts</c>.</param>
internal sealed record SignatureV4(AwsCredentials Credentials, string Region, string Service)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>Signs the request with all headers that it has now.</summary>
    public void Sign(HttpRequestMessage request, ReadOnlySpan<byte> body, DateTimeOffset time)
    {
        var payload = Convert.ToHexStringLower(SHA256.HashData(body));
        request.Headers.Add("x-amz-date", Stamp(time));
        if (Credentials.SessionToken is { } token)
        {
            request.Headers.Add("x-amz-security-token", token);
        }
        if (Service == "s3")
        {
            request.Headers.Add("x-amz-content-sha256", payload);
        }
        request.Headers.TryAddWithoutValidation("Authorization", Authorization(request, payload, Stamp(time)));
    }

    private string Authorization(HttpRequestMessage request, string payload, string stamp)
    {
        var headers = Headers(request);
        var names = string.Join(';', headers.Keys);
        var canonical = new StringBuilder()
            .Append(request.Method.Method + "\n")
            .Append(request.RequestUri!.AbsolutePath + "\n")
            .Append(Query(request.RequestUri.Query) + "\n")
            .AppendJoin("", headers.Select(header => $"{header.Key}:{header.Value}\n"))
            .Append($"\n{names}\n{payload}")
            .ToString();
        var scope = $"{stamp[..8]}/{Region}/{Service}/aws4_request";
        var text = $"{Algorithm}\n{stamp}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + Credentials.Secret);
        foreach (var part in scope.Split('/'))
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
        return $"{Algorithm} Credential={Credentials.KeyId}/{scope}, SignedHeaders={names}, Signature={signature}";
    }

    private static SortedDictionary<string, string> Headers(HttpRequestMessage request)
    {
        var signed = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["host"] = request.Headers.Host ?? request.RequestUri!.Authority,
        };
        var type = request.Content?.Headers.Where(header => header.Key == "Content-Type") ?? [];
        foreach (
            var header in request
                .Headers.NonValidated.Select(h => (h.Key, Value: h.Value.ToString()))
                .Concat(type.Select(h => (h.Key, Value: h.Value.First())))
        )
        {
            signed[header.Key.ToLowerInvariant()] = header.Value.Trim();
        }
        return signed;
    }

    private static string Query(string query) =>
        string.Join(
            '&',
            query
                .TrimStart('?')
                .Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=")
                .OrderBy(pair => pair.Split('=')[0], StringComparer.Ordinal)
                .ThenBy(pair => pair, StringComparer.Ordinal)
        );

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
