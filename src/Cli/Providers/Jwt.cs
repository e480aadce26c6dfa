using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Cli.Providers;

/// <summary>A signed statement of who one is (RFC 7519, RS256), which a provider changes into a token.</summary>
internal static class Jwt
{
    public static string Sign(RSA key, JsonObject header, JsonObject claims)
    {
        header["alg"] = "RS256";
        header["typ"] = "JWT";
        var text = $"{Encode(header)}.{Encode(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
