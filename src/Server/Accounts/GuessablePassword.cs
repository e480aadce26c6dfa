namespace Server.Accounts;

/// <summary>
/// Passwords that are tried first: the commonest, words of dictionaries, names of the person and the service, keyboards, dates, repetitions, with the usual
/// replacements and in each other's company, as zxcvbn knows them.
/// </summary>
public static class GuessablePassword
{
    /// <summary>A billion tries, on average half of them.</summary>
    private const double EnoughBits = 30;

    /// <summary>What follows makes none easier.</summary>
    private const int Considered = 64;

    /// <param name="context">What an attacker knows: names, the address, the service.</param>
    public static bool Is(string password, IEnumerable<string> context)
    {
        var start = password.Length > Considered ? password[..Considered] : password;
        return Zxcvbn.Zxcvbn.MatchPassword(start, context.Where(c => c.Length > 2).Select(c => c.ToLowerInvariant())).Entropy < EnoughBits;
    }
}
