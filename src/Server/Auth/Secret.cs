using System.Security.Cryptography;
using System.Text;

namespace Server.Auth;

/// <summary>A bearer secret: an access token or a session. It does not print; only its hash is stored.</summary>
public readonly struct Secret(string value)
{
    /// <summary>The one way to the text; whoever calls this is about to hand it to its owner.</summary>
    public string Reveal() => value;

    /// <summary>One unsalted SHA-256 is enough for 160 random bits, and it lets the store find the row by index without comparing secrets.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(value));

    public override string ToString() => "[secret]";
}
