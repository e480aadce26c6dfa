using System.Security.Authentication;

namespace Cli.Api;

/// <summary>Why a request got no answer, in the words that people know from the stock CLI and search for.</summary>
internal static class NetworkFault
{
    public static UserErrorException Of(HttpRequestMessage request, Exception fault)
    {
        var text = Describe(request, fault);
        for (var inner = fault; inner is not null; inner = inner.InnerException)
        {
            if (inner is CertificateException certificate)
            {
                return new UntrustedCertificateException(text, certificate);
            }
        }
        return new(text);
    }

    private static string Describe(HttpRequestMessage request, Exception fault) =>
        $"performing HTTP request: {Capitalized(request.Method)} \"{WithoutSignature(request.RequestUri!)}\": {Reason(fault)}";

    // An address of Azure's may carry what opens it.
    private static string WithoutSignature(Uri address) =>
        address.Query.IndexOf("sig=", StringComparison.Ordinal) < 0 ? address.ToString() : address.GetLeftPart(UriPartial.Path);

    private static string Capitalized(HttpMethod method) => method.Method[..1] + method.Method[1..].ToLowerInvariant();

    private static string Reason(Exception fault)
    {
        for (var inner = fault; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case DialException or SilenceException:
                    return inner.Message;
                case CertificateException:
                    return $"tls: failed to verify certificate: x509: {inner.Message} (if you know who signed it, name them with --ca-file; --insecure turns the check off)";
                case AuthenticationException:
                    return Tls(inner.Message);
                case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return "EOF";
            }
        }
        return fault.GetBaseException().Message;
    }

    private static string Tls(string message) =>
        message.Contains("frame", StringComparison.Ordinal) ? "http: server gave HTTP response to HTTPS client" : "tls: " + message;
}
