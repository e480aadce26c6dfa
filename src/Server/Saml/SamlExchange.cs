using System.IO.Compression;
using System.Text;
using Server.Auth;
using Server.Settings;

namespace Server.Saml;

/// <summary>
/// The way to the identity provider and back. Its answer comes as a form from another site, without our cookies; therefore it is checked, put aside
/// under a code, and taken up by a second request of the same browser, which has them.
/// </summary>
public sealed class SamlExchange(SamlStore store, ServerSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan TimeToTakeUp = TimeSpan.FromMinutes(15);

    public ServiceProvider Ours(SamlSetup setup) => ServiceProvider.Of(settings.PublicUrl, setup.Login);

    /// <param name="browser">The secret in the browser's cookie.</param>
    /// <param name="testOf">The account that only tries.</param>
    /// <param name="again">Ask the person again, although the identity provider knows him.</param>
    /// <returns>The address to send the browser to.</returns>
    public async Task<string> Begin(SamlSetup setup, Secret browser, string returnPath, string? testOf, bool again, CancellationToken ct)
    {
        var provider = setup.Provider();
        var now = clock.GetUtcNow();
        var signIn = new SamlSignIn
        {
            Id = "_" + SamlSignIn.NewSecret().Reveal(),
            OrganizationId = setup.OrganizationId,
            BrowserHash = browser.Hash(),
            RelayState = SamlSignIn.NewSecret().Reveal(),
            ReturnPath = returnPath,
            TestOf = testOf,
            ExpiresMs = (now + TimeToAnswer).ToUnixTimeMilliseconds(),
        };
        await store.Begin(signIn, ct);
        var request = Deflate(Ours(setup).Request(signIn.Id, provider, now, again));
        var url = provider.SignOnUrl.AbsoluteUri;
        return $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}SAMLRequest={Uri.EscapeDataString(request)}&RelayState={signIn.RelayState}";
    }

    /// <param name="response">Base64, as the form has it.</param>
    /// <returns>The code under which the answer was put aside.</returns>
    public async Task<Secret> Receive(SamlSetup setup, string response, string? relayState, CancellationToken ct)
    {
        var expected = new SamlExpectation(Ours(setup).EntityId, Ours(setup).ConsumerUrl, setup.Provider(), clock.GetUtcNow());
        var identity = SamlResponse.Read(Base64(response), expected);
        if (identity.InResponseTo is null && !setup.IdpInitiated)
        {
            throw new SamlException("Nobody has asked for it: this organization takes sign-ins only that begin here.");
        }
        var asked = identity.InResponseTo is { } id
            ? await store.FindAsked(setup.OrganizationId, id, ct)
                ?? throw new SamlException("It answers a request that was answered before, is too old, or is not ours.")
            : null;
        if (asked is not null && relayState != asked.RelayState)
        {
            throw new SamlException("It came back with another RelayState than was sent.");
        }
        return await store.Answer(setup, asked, identity, TimeToTakeUp, ct) ?? throw new SamlException("It was used before.");
    }

    private static byte[] Base64(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw new SamlException("The SAMLResponse is not base64.");
        }
    }

    private static string Deflate(string text)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal))
        {
            deflate.Write(Encoding.UTF8.GetBytes(text));
        }
        return Convert.ToBase64String(packed.ToArray());
    }
}
