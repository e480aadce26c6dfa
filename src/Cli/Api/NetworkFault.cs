using System.Security.Authentication;

namespace Cli.Api;

/// <summary>Why a request got no answer, in the words that people know from the stock CLI and search for.</summary>
internal static class NetworkFault
{
    public static string Describe(HttpRequestMessage request, Exception fault) =>
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
                case DialException:
                    return inner.Message;
                case AuthenticationException:
                    return Tls(inner.Message);
                case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return "EOF";
            }
        }
        return fault.GetBaseException().Message;
    }

    // The runtime names what is wrong with a certificate by the member of an enumeration.
    private static string Tls(string message) =>
        message.Contains("NameMismatch", StringComparison.Ordinal) ? Untrusted("certificate is not valid for this host name")
        : message.Contains("NotTimeValid", StringComparison.Ordinal) ? Untrusted("certificate has expired or is not yet valid")
        : message.Contains("certificate", StringComparison.Ordinal) ? Untrusted("certificate signed by unknown authority")
        : message.Contains("frame", StringComparison.Ordinal) ? "http: server gave HTTP response to HTTPS client"
        : "tls: " + message;

    private static string Untrusted(string reason) =>
        $"tls: failed to verify certificate: x509: {reason} (if you trust this server all the same, --insecure turns the check off)";
}
