namespace Server.Federation;

/// <summary>Why a sign-in elsewhere led nowhere. The address has a word, the page the sentence.</summary>
public static class SignInProblem
{
    public const string Refused = "refused";
    public const string Unverified = "unverified";
    public const string LinkByHand = "link";
    public const string NoAccount = "account";

    public static string Page(string problem) => "/signin?problem=" + problem;

    public static string? Sentence(string? problem) =>
        problem switch
        {
            Refused => "The other service did not sign you in, or its answer was not for this browser. Try again.",
            Unverified =>
                "The other service does not say that your e-mail address is verified. Verify it there, or sign in here and link it in your settings.",
            LinkByHand =>
                "There is an account with your e-mail address, which was never verified here. Sign in to it, then link the other service in your settings.",
            NoAccount => "You have no account here, and this service gives you none by itself. Ask whoever runs it.",
            _ => null,
        };
}
