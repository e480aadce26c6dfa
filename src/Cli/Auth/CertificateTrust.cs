using Cli.Api;
using Cli.Storage;

namespace Cli.Auth;

/// <summary>What a login believes of its server's certificate. Later commands find it with the account.</summary>
internal static class CertificateTrust
{
    /// <summary>A stored file or certificate goes on being believed; <c>--insecure</c> is said anew each time, as in the stock CLI.</summary>
    public static Trust Of(Session session, CredentialStore store, string url, Trust wished)
    {
        try
        {
            var stored = store.ReadOrUndecryptable().Find(url)?.Trust ?? Trust.Usual;
            return wished with { CaFile = wished.CaFile ?? stored.CaFile, Fingerprint = stored.Fingerprint };
        }
        catch (Exception problem) when (problem is UserErrorException or UndecryptableException)
        {
            return wished; // each step of a login says for itself what a broken file means to it
        }
    }

    /// <summary>Absolute, since later commands run elsewhere; and readable now.</summary>
    public static string? FileOf(Session session, string? typed)
    {
        if (string.IsNullOrEmpty(typed))
        {
            return null;
        }
        var file = Path.GetFullPath(typed, session.Machine.WorkingDirectory);
        Trust.Authorities(file);
        return file;
    }

    /// <summary>Shows a person the certificate, and takes a yes for this one only.</summary>
    public static async Task<Trust> AskFor(
        Session session,
        string url,
        UntrustedCertificateException problem,
        Trust trust,
        CancellationToken ct
    )
    {
        session.Say($"The certificate of {url} is not trusted: {problem.Certificate.Message}.\n{problem.Certificate.Description}");
        var answer = await session.Machine.Terminal.ReadLine("Trust exactly this certificate from now on? (y/N) ", false, ct);
        return answer is "y" or "Y" or "yes" && problem.Certificate.Fingerprint is { } fingerprint
            ? trust with
            {
                Fingerprint = fingerprint,
            }
            : throw problem;
    }
}
