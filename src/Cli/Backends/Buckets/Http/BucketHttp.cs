using System.Net;
using System.Xml;
using System.Xml.Linq;
using Cli.Api;

namespace Cli.Backends.Buckets.Http;

/// <summary>Carries signed requests to an object store; what stays in the way of an answer is a fault of the bucket.</summary>
internal sealed class BucketHttp(Machine machine, Uri address, Trust trust) : IDisposable
{
    private readonly Transport transport = new(machine, new HttpRoute(trust, Direct: address.IsLoopback)) { Follows = false };

    /// <param name="make">Makes and signs the request; asked again for each attempt.</param>
    public async Task<BucketAnswer> Send(Func<HttpRequestMessage> make, CancellationToken ct)
    {
        try
        {
            using var response = await transport.Send(make, repeat: true, ct);
            var region = response.Headers.TryGetValues("x-amz-bucket-region", out var regions) ? regions.FirstOrDefault() : null;
            return new(response.StatusCode, await response.Content.ReadAsByteArrayAsync(ct), region);
        }
        catch (UntrustedCertificateException problem)
        {
            throw new BucketFaultException(
                $"{address.Authority} shows a certificate that is not trusted ({problem.Certificate.Message}); if you know who signed it, name them with "
                    + "SSL_CERT_FILE, for S3 also with AWS_CA_BUNDLE"
            );
        }
        catch (UserErrorException problem)
        {
            throw new BucketFaultException(problem.Message);
        }
    }

    /// <summary>A key as the path of an address: slashes stay.</summary>
    public static string Escape(string key) => string.Join('/', key.Split('/').Select(Uri.EscapeDataString));

    public void Dispose() => transport.Dispose();
}

/// <param name="Region">Where S3 says that the bucket is.</param>
internal sealed record BucketAnswer(HttpStatusCode Status, byte[] Body, string? Region)
{
    public bool IsGood => (int)Status is >= 200 and < 300;

    /// <returns>Null when it is no XML.</returns>
    public XElement? Xml
    {
        get
        {
            try
            {
                using var stream = new MemoryStream(Body);
                return XElement.Load(stream);
            }
            catch (XmlException)
            {
                return null;
            }
        }
    }
}

internal static class XmlReading
{
    /// <summary>An element by its name, whatever its namespace: stores that imitate others differ in it.</summary>
    public static string? Value(this XElement element, string name) =>
        element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value;

    public static IEnumerable<XElement> All(this XElement element, string name) =>
        element.Descendants().Where(child => child.Name.LocalName == name);
}
