using System.Text.RegularExpressions;

namespace Cli.Config;

/// <summary>Whether a value that is about to be stored in plain text looks like a secret: a name that says so, and a value that is hard to guess.</summary>
internal static partial class SecretLooks
{
    private const int Considered = 16;
    private const double Bits = 80;
    private const double BitsWithDensity = 40;
    private const double BitsPerCharacter = 3;

    public static bool Like(ConfigKey key, string value) => Like(key.Name, value);

    public static bool Like(string name, string value)
    {
        if (value.Length == 0 || !TellingName().IsMatch(name))
        {
            return false;
        }
        var start = value.Length > Considered ? value[..Considered] : value;
        var bits = Zxcvbn.Zxcvbn.MatchPassword(start).Entropy;
        return bits >= Bits || (bits >= BitsWithDensity && bits / start.Length >= BitsPerCharacter);
    }

    [GeneratedRegex(
        "passwd|pass|pwd|secret|token",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex TellingName();
}
