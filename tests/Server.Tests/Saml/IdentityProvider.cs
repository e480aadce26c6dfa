using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography.Xml;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Support;

namespace Server.Tests.Saml;

/// <summary>A SAML identity provider on an address of its own: it answers a request with a form that posts a signed response.</summary>
public sealed class IdentityProvider : IAsyncDisposable
{
    public const string EntityId = "https://idp.example.com/saml";

    private readonly WebApplication _app;
    private readonly TimeProvider _clock;
    private readonly List<X509Certificate2> _announced = [];

    private IdentityProvider(WebApplication app, Uri url, TimeProvider clock)
    {
        (_app, Url, _clock) = (app, url, clock);
        Certificate = NewCertificate();
        _announced.Add(Certificate);
    }

    public Uri Url { get; }

    /// <summary>What it signs with.</summary>
    public X509Certificate2 Certificate { get; private set; }

    /// <summary>Whom it signs in, and how; a test changes what it wants.</summary>
    public Assertion Next { get; set; } = new();

    /// <summary>Changes the response after it was signed: what somebody between the two could do.</summary>
    public Func<string, string> Tamper { get; set; } = xml => xml;

    public AuthnRequest? LastRequest { get; private set; }
    public string LastResponse { get; private set; } = "";

    public static async Task<IdentityProvider> Start(TimeProvider clock)
    {
        var url = new Uri($"http://localhost:{TestServer.FreePort()}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url.AbsoluteUri);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var provider = new IdentityProvider(app, url, clock);
        app.MapGet("/sso", (HttpContext http) => provider.Answer(http));
        await app.StartAsync();
        return provider;
    }

    public string Metadata =>
        $"""
            <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{EntityId}">
              <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
                {string.Concat(_announced.Select(KeyDescriptor))}
                <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
                <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{Url}sso"/>
              </md:IDPSSODescriptor>
            </md:EntityDescriptor>
            """;

    /// <summary>Announces one more key, and signs with it from now on.</summary>
    public void Rotate()
    {
        Certificate = NewCertificate();
        _announced.Add(Certificate);
    }

    /// <summary>Signs a response as <see cref="Next"/> says.</summary>
    public string Respond(string audience, string consumer, string? inResponseTo)
    {
        var document = new XmlDocument { PreserveWhitespace = true };
        document.LoadXml(Next.Response(EntityId, audience, consumer, inResponseTo, _clock.GetUtcNow()));
        if (Next.SignsAssertion)
        {
            Sign(document, (XmlElement)document.GetElementsByTagName("Assertion", Assertion.Space)[0]!);
        }
        if (Next.SignsResponse)
        {
            Sign(document, document.DocumentElement!);
        }
        return Tamper(document.OuterXml);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    public static X509Certificate2 NewCertificate(int bits = 2048)
    {
        using var key = RSA.Create(bits);
        var request = new CertificateRequest("CN=idp.example.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(3));
    }

    public void Sign(XmlDocument document, XmlElement element)
    {
        using var key = Certificate.GetRSAPrivateKey()!;
        var signed = new SignedXml(document) { SigningKey = key };
        signed.SignedInfo!.CanonicalizationMethod = SignedXml.XmlDsigExcC14NTransformUrl;
        signed.SignedInfo.SignatureMethod = Next.SignatureMethod;
        var reference = new Reference("#" + element.GetAttribute("ID")) { DigestMethod = Next.DigestMethod };
        reference.AddTransform(new XmlDsigEnvelopedSignatureTransform());
        reference.AddTransform(new XmlDsigExcC14NTransform());
        signed.AddReference(reference);
        signed.ComputeSignature();
        var issuer = element.ChildNodes.OfType<XmlElement>().First(e => e.LocalName == "Issuer");
        element.InsertAfter(document.ImportNode(signed.GetXml(), deep: true), issuer);
    }

    private IResult Answer(HttpContext http)
    {
        LastRequest = AuthnRequest.Read(http.Request.Query["SAMLRequest"]!, http.Request.Query["RelayState"]!);
        LastResponse = Respond(LastRequest.Issuer, LastRequest.ConsumerUrl, LastRequest.Id);
        var page = $"""
            <form method="post" action="{WebUtility.HtmlEncode(LastRequest.ConsumerUrl)}">
            <input type="hidden" name="SAMLResponse" value="{Convert.ToBase64String(Encoding.UTF8.GetBytes(LastResponse))}">
            <input type="hidden" name="RelayState" value="{WebUtility.HtmlEncode(LastRequest.RelayState)}">
            <button>Continue</button></form>
            """;
        return Results.Text(page, "text/html");
    }

    private static string KeyDescriptor(X509Certificate2 certificate) =>
        $"""
            <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
            <ds:X509Certificate>{Convert.ToBase64String(
                certificate.RawData
            )}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
            """;
}

/// <summary>What an identity provider is about to say.</summary>
public sealed record Assertion
{
    public const string Space = "urn:oasis:names:tc:SAML:2.0:assertion";

    public string NameId { get; init; } = "ann@corp.example";
    public string? Email { get; init; } = "ann@corp.example";
    public string FirstName { get; init; } = "Ann";
    public string LastName { get; init; } = "Lee";
    public string? Id { get; init; }
    public string? Issuer { get; init; }
    public string? Audience { get; init; }
    public string? Recipient { get; init; }
    public string? Destination { get; init; }
    public TimeSpan Shift { get; init; }
    public TimeSpan? SessionFor { get; init; }
    public string Status { get; init; } = "urn:oasis:names:tc:SAML:2.0:status:Success";
    public bool SignsAssertion { get; init; } = true;
    public bool SignsResponse { get; init; }
    public string SignatureMethod { get; init; } = SignedXml.XmlDsigRSASHA256Url;
    public string DigestMethod { get; init; } = SignedXml.XmlDsigSHA256Url;

    /// <summary>More to put into the conditions.</summary>
    public string Condition { get; init; } = "";

    public string Response(string issuer, string audience, string consumer, string? inResponseTo, DateTimeOffset now)
    {
        var answers = inResponseTo is null ? "" : $" InResponseTo=\"{inResponseTo}\"";
        var destination = Destination ?? consumer;
        return $"""
            <samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r{Guid.NewGuid():n}" Version="2.0" IssueInstant="{At(now)}"{(
                destination.Length > 0 ? $" Destination=\"{destination}\"" : ""
            )}{answers}>
            <saml:Issuer xmlns:saml="{Space}">{Issuer ?? issuer}</saml:Issuer>
            <samlp:Status><samlp:StatusCode Value="{Status}"/></samlp:Status>
            <saml:Assertion xmlns:saml="{Space}" ID="{Id ?? "_a" + Guid.NewGuid().ToString("n")}" Version="2.0" IssueInstant="{At(now)}">
            <saml:Issuer>{Issuer ?? issuer}</saml:Issuer>
            <saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">{NameId}</saml:NameID>
            <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
            <saml:SubjectConfirmationData Recipient="{Recipient ?? consumer}" NotOnOrAfter="{At(now + Shift + FiveMinutes)}"{answers}/>
            </saml:SubjectConfirmation></saml:Subject>
            <saml:Conditions NotBefore="{At(now + Shift)}" NotOnOrAfter="{At(now + Shift + FiveMinutes)}">
            {(Audience == "" ? "" : $"<saml:AudienceRestriction><saml:Audience>{Audience ?? audience}</saml:Audience></saml:AudienceRestriction>")}{Condition}
            </saml:Conditions>
            <saml:AuthnStatement AuthnInstant="{At(now)}"{(SessionFor is { } s ? $" SessionNotOnOrAfter=\"{At(now + s)}\"" : "")}><saml:AuthnContext>
            <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
            <saml:AttributeStatement>{Attribute("email", Email)}{Attribute("firstName", FirstName)}{Attribute("lastName", LastName)}</saml:AttributeStatement>
            </saml:Assertion>
            </samlp:Response>
            """;
    }

    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    private static string Attribute(string name, string? value) =>
        value is null ? "" : $"<saml:Attribute Name=\"{name}\"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>";

    private static string At(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What we ask of an identity provider.</summary>
public sealed record AuthnRequest(string Id, string Issuer, string ConsumerUrl, string Destination, bool ForceAuthn, string RelayState)
{
    public static AuthnRequest Read(string packed, string relayState)
    {
        using var inflate = new DeflateStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        var document = new XmlDocument();
        document.Load(inflate);
        var root = document.DocumentElement!;
        return new(
            root.GetAttribute("ID"),
            root["Issuer", Assertion.Space]!.InnerText,
            root.GetAttribute("AssertionConsumerServiceURL"),
            root.GetAttribute("Destination"),
            root.GetAttribute("ForceAuthn") == "true",
            relayState
        );
    }
}
