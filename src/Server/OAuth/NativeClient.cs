using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;

namespace Server.OAuth;

/// <summary>The one client there is: the command line. It is public (RFC 8252), so it has a name and no secret.</summary>
public static partial class NativeClient
{
    public const string Id = "pulumi-cli";

    /// <summary>Exactly this, but for the port: loopback by address, since a name can be made to lead elsewhere.</summary>
    public static bool MayReturnTo(string address) => Loopback().IsMatch(address) && Uri.TryCreate(address, UriKind.Absolute, out _);

    /// <summary>A SHA-256 in base64url: what S256 makes, and nothing that a plain challenge would be.</summary>
    public static bool IsChallenge(string text) => text.Length == 43 && Unreserved().IsMatch(text);

    public static bool Fits(string verifier, string challenge) =>
        verifier.Length is >= 43 and <= 128
        && Unreserved().IsMatch(verifier)
        && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(verifier)),
            WebEncoders.Base64UrlDecode(challenge)
        );

    [GeneratedRegex(
        @"^http://(127\.0\.0\.1|\[::1\]):[1-9][0-9]{0,4}/callback\z",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Loopback();

    [GeneratedRegex(@"^[A-Za-z0-9._~-]+\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Unreserved();
}
