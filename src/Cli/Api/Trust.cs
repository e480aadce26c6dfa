using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cli.Api;

/// <summary>Which certificates of a server are believed beside those that the system believes. Kept with the account.</summary>
/// <param name="Anything"><c>--insecure</c></param>
/// <param name="CaFile"><c>--ca-file</c>: authorities, as PEM.</param>
/// <param name="Fingerprint">Of the one certificate that a person looked at: SHA-256, as lower-case hex.</param>
internal sealed record Trust(bool Anything = false, string? CaFile = null, string? Fingerprint = null)
{
    public static readonly Trust Usual = new();

    public static string FingerprintOf(X509Certificate certificate) =>
        Convert.ToHexStringLower(SHA256.HashData(certificate.GetRawCertData()));

    /// <exception cref="UserErrorException">The file of authorities cannot be read.</exception>
    public RemoteCertificateValidationCallback Check()
    {
        var authorities = CaFile is null ? null : Authorities(CaFile);
        return (_, certificate, chain, problems) =>
            Anything
            || problems == SslPolicyErrors.None
            || (certificate is not null && Fingerprint == FingerprintOf(certificate))
            || (
                problems == SslPolicyErrors.RemoteCertificateChainErrors
                && authorities is not null
                && certificate is X509Certificate2 leaf
                && IsSignedBy(authorities, leaf, chain)
            )
                ? true
                : throw new CertificateException(ReasonOf(problems, chain), certificate);
    }

    /// <exception cref="UserErrorException"/>
    public static X509Certificate2Collection Authorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new UserErrorException($"reading the certificates in '{file}' (--ca-file): {Storage.FileFault.Reason(fault)}");
        }
        return authorities.Count > 0
            ? authorities
            : throw new UserErrorException(
                $"'{file}' (--ca-file) has no certificate; it must be PEM, which begins with -----BEGIN CERTIFICATE-----"
            );
    }

    private static string ReasonOf(SslPolicyErrors problems, X509Chain? chain) =>
        problems.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "certificate is not valid for this host name"
        : chain?.ChainStatus.Any(s => s.Status == X509ChainStatusFlags.NotTimeValid) == true ? "certificate has expired or is not yet valid"
        : "certificate signed by unknown authority";

    private static bool IsSignedBy(X509Certificate2Collection authorities, X509Certificate2 leaf, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // a private authority rarely publishes what it has revoked
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }
        return chain.Build(leaf);
    }
}

/// <summary>A server's certificate that is not believed.</summary>
internal sealed class CertificateException(string reason, X509Certificate? certificate) : AuthenticationException(reason)
{
    /// <summary>What a person needs to compare it with what its administrator says.</summary>
    public string Description { get; } =
        certificate is null
            ? "The server sent no certificate."
            : $"""
                Subject:  {certificate.Subject}
                Issuer:   {certificate.Issuer}
                Until:    {certificate.GetExpirationDateString()}
                SHA-256:  {Trust.FingerprintOf(certificate)}
                """;

    public string? Fingerprint { get; } = certificate is null ? null : Trust.FingerprintOf(certificate);
}

/// <summary>The same, as the error that it ends a command with.</summary>
internal sealed class UntrustedCertificateException(string message, CertificateException certificate) : UserErrorException(message)
{
    public CertificateException Certificate => certificate;
}
