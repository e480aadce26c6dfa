using System.Security.Authentication;

namespace Cli.Api;

/// <summary>Why a request got no answer, in the stock CLI's words.</summary>
internal static class NetworkFault
{
    public static string Describe(HttpRequestMessage request, Exception fault) =>
        $"performing HTTP request: {Capitalized(request.Method)} \"{request.RequestUri}\": {Reason(fault)}";

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
        return Innermost(fault).Message;
    }

    private static string Tls(string message) =>
        message.Contains("NameMismatch", StringComparison.Ordinal)
            ? "tls: failed to verify certificate: x509: certificate is not valid for this host name"
        : message.Contains("NotTimeValid", StringComparison.Ordinal)
            ? "tls: failed to verify certificate: x509: certificate has expired or is not yet valid"
        : message.Contains("certificate", StringComparison.Ordinal)
            ? "tls: failed to verify certificate: x509: certificate signed by unknown authority"
        : message.Contains("frame", StringComparison.Ordinal) ? "http: server gave HTTP response to HTTPS client"
        : "tls: " + message;

    private static Exception Innermost(Exception fault) => fault.InnerException is null ? fault : Innermost(fault.InnerException);
}
