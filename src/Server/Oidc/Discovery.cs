using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Server.Outgoing;
using Server.Settings;

namespace Server.Oidc;

/// <summary>Why an issuer could not be asked, as the end of a sentence that begins with its name.</summary>
public sealed class DiscoveryException(string message) : Exception(message);

/// <summary>Where people sign in, and where a code is redeemed.</summary>
public sealed record SignInEndpoints(string Issuer, Uri Authorization, Uri Token);

/// <summary>Asks issuers for what they publish (OpenID Connect Discovery).</summary>
public sealed class Discovery(OutgoingConnections connections, ServerSettings settings)
{
    private const int LargestAnswer = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const string Document = "/.well-known/openid-configuration";

    /// <summary>Whether the address can be one of an issuer.</summary>
    /// <returns>What is wrong, as a sentence; null if nothing is.</returns>
    public string? Problem(string url) =>
        !Uri.TryCreate(url, UriKind.Absolute, out var address) || !MayCall(address) ? $"url: '{url}' is not an https address."
        : address.Query.Length + address.Fragment.Length + address.UserInfo.Length > 0
            ? "url: an issuer's address has no query, fragment or user."
        : null;

    /// <returns>The name that stands in its tokens.</returns>
    public async Task<string> IssuerName(string url, IReadOnlyList<string> thumbprints, CancellationToken ct) =>
        (await Metadata(url, thumbprints, ct)).Issuer;

    /// <summary>Where people sign in, for an issuer that they do so with.</summary>
    public async Task<SignInEndpoints> SignInEndpoints(string url, CancellationToken ct)
    {
        var text = await Get(new(url.TrimEnd('/') + Document), [], ct);
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            var endpoints = new SignInEndpoints(
                root.GetProperty("issuer").GetString()!,
                new Uri(root.GetProperty("authorization_endpoint").GetString()!),
                new Uri(root.GetProperty("token_endpoint").GetString()!)
            );
            return endpoints.Issuer.TrimEnd('/') != url.TrimEnd('/')
                    ? throw new DiscoveryException($"says that it is the issuer '{endpoints.Issuer}'. Give that address, if it is meant.")
                : !MayCall(endpoints.Authorization) || !MayCall(endpoints.Token)
                    ? throw new DiscoveryException("has endpoints that are no https addresses.")
                : endpoints;
        }
        catch (Exception problem)
            when (problem
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or UriFormatException
                        or ArgumentNullException
            )
        {
            throw new DiscoveryException($"has no issuer, authorization_endpoint and token_endpoint in what it publishes at {Document}.");
        }
    }

    /// <returns>What it answers to a form.</returns>
    public async Task<string> Post(Uri url, IReadOnlyDictionary<string, string> form, CancellationToken ct)
    {
        using var client = Client(trusts: null);
        using var content = new FormUrlEncodedContent(form);
        return await Text(client, url, () => client.PostAsync(url, content, ct), ct);
    }

    /// <returns>Its key set, as text.</returns>
    public async Task<string> Keys(Issuer issuer, CancellationToken ct)
    {
        var (name, keys) = await Metadata(issuer.Url, issuer.ThumbprintList, ct);
        return name != issuer.IssuerName
            ? throw new DiscoveryException($"now calls itself '{name}'. Delete it and register it anew.")
            : await Get(keys, issuer.ThumbprintList, ct);
    }

    /// <returns>The SHA-256 of the certificate that the issuer's address shows now, trusted or not.</returns>
    public async Task<string> Thumbprint(string url, CancellationToken ct)
    {
#pragma warning disable CA5359 // only to see what it shows; nothing of the answer is used
        var seen = "";
        using var client = Client(
            (_, certificate, _, _) =>
            {
                seen = certificate is null ? "" : Hash(certificate);
                return true;
            }
        );
#pragma warning restore CA5359
        await Text(client, new(url.TrimEnd('/') + Document), ct);
        return seen;
    }

    private async Task<(string Issuer, Uri Keys)> Metadata(string url, IReadOnlyList<string> thumbprints, CancellationToken ct)
    {
        var text = await Get(new(url.TrimEnd('/') + Document), thumbprints, ct);
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            var (issuer, keys) = (root.GetProperty("issuer").GetString()!, new Uri(root.GetProperty("jwks_uri").GetString()!));
            return issuer.TrimEnd('/') != url.TrimEnd('/')
                    ? throw new DiscoveryException($"says that it is the issuer '{issuer}'. Register that address, if it is meant.")
                : !MayCall(keys) ? throw new DiscoveryException($"has its keys at '{keys}', which is not an https address.")
                : (issuer, keys);
        }
        catch (Exception problem)
            when (problem
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or UriFormatException
                        or ArgumentNullException
            )
        {
            throw new DiscoveryException($"has no issuer and jwks_uri in what it publishes at {Document}.");
        }
    }

    /// <summary>Over https; a provider in a network that the operator allows may speak plainly, if it is named by its address.</summary>
    private bool MayCall(Uri url) =>
        url.Scheme == Uri.UriSchemeHttps
        || (
            url.Scheme == Uri.UriSchemeHttp
            && IPAddress.TryParse(url.Host, out var address)
            && settings.PrivateNetworks.Any(n => n.Contains(address))
        );

    /// <param name="trusts">Asked where the system does not trust the other side's certificate; null trusts nothing else.</param>
    private HttpClient Client(RemoteCertificateValidationCallback? trusts)
    {
        var handler = connections.Handler();
        handler.SslOptions.RemoteCertificateValidationCallback = trusts;
        return new(handler) { Timeout = Patience, MaxResponseContentBufferSize = LargestAnswer };
    }

    private async Task<string> Get(Uri url, IReadOnlyList<string> thumbprints, CancellationToken ct)
    {
        using var client = Client(
            thumbprints.Count == 0 ? null : (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, thumbprints)
        );
        return await Text(client, url, ct);
    }

    private static Task<string> Text(HttpClient client, Uri url, CancellationToken ct) =>
        Text(client, url, () => client.GetAsync(url, ct), ct);

    private static async Task<string> Text(HttpClient client, Uri url, Func<Task<HttpResponseMessage>> ask, CancellationToken ct)
    {
        try
        {
            using var answer = await ask();
            return answer.IsSuccessStatusCode
                ? await answer.Content.ReadAsStringAsync(ct)
                : throw new DiscoveryException($"answers {(int)answer.StatusCode} at {url}.");
        }
        catch (Exception problem)
            when (problem is HttpRequestException or TaskCanceledException or InvalidOperationException && !ct.IsCancellationRequested)
        {
            throw new DiscoveryException(
                $"cannot be reached at {url}: {(problem is TaskCanceledException ? "it does not answer." : problem.GetBaseException().Message)}"
            );
        }
    }

    /// <summary>Where the system does not trust a certificate, a thumbprint of it or of one that has signed it will do. The name must fit in any case.</summary>
    private static bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, IReadOnlyList<string> thumbprints)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }
        if (certificate is not X509Certificate2 leaf || errors != SslPolicyErrors.RemoteCertificateChainErrors)
        {
            return false;
        }
        if (Has(thumbprints, leaf))
        {
            return true;
        }
        using var pinned = new X509Chain
        {
            ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck },
        };
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            (Has(thumbprints, element.Certificate) ? pinned.ChainPolicy.CustomTrustStore : pinned.ChainPolicy.ExtraStore).Add(
                element.Certificate
            );
        }
        return pinned.ChainPolicy.CustomTrustStore.Count > 0 && pinned.Build(leaf);
    }

    private static bool Has(IReadOnlyList<string> thumbprints, X509Certificate certificate) =>
        thumbprints.Contains(Hash(certificate)) || thumbprints.Contains(Convert.ToHexStringLower(certificate.GetCertHash()));

    private static string Hash(X509Certificate certificate) => Convert.ToHexStringLower(certificate.GetCertHash(HashAlgorithmName.SHA256));
}
