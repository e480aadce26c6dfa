using System.Text;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Server.Accounts;
using Server.Data;
using Server.Saml;
using Support;

namespace Server.Tests.Saml;

/// <summary>A server with the organization "Acme" that trusts an identity provider, and a browser.</summary>
public sealed class SamlTestbed : IAsyncDisposable
{
    private SamlTestbed(TestServer server, IdentityProvider provider, Account boss)
    {
        (Server, Provider, Boss) = (server, provider, boss);
        Browser = new FormBrowser(server);
    }

    public TestServer Server { get; }
    public IdentityProvider Provider { get; }
    public FormBrowser Browser { get; }

    /// <summary>The organization's administrator.</summary>
    public Account Boss { get; }

    public string ConsumerUrl => $"{Server.Url}login/Acme/sso/saml/acs";
    public string EntityId => $"{Server.Url}login/Acme/sso/saml/metadata";

    public static async Task<SamlTestbed> Start(Engine engine = Engine.Sqlite, bool idpInitiated = false, bool trusts = true)
    {
        var server = await TestServer.Start(engine);
        var provider = await IdentityProvider.Start(server.Clock);
        var bed = new SamlTestbed(server, provider, await server.AddAccount("boss"));
        await AddOrganization(server, "Acme", bed.Boss);
        if (trusts)
        {
            await bed.Trust(idpInitiated);
        }
        return bed;
    }

    public static Task AddOrganization(TestServer server, string login, Account admin) =>
        server
            .Services.GetRequiredService<Database>()
            .Write(
                async t =>
                {
                    await t.Execute(
                        $"INSERT INTO organizations (id, login, login_key, name, individual, created_ms) VALUES ({login + "-id"}, {login}, {login.ToLowerInvariant()}, {login}, {false}, {0L})"
                    );
                    return await t.Execute(
                        $"INSERT INTO memberships (account_id, organization_id, role, is_default) VALUES ({admin.Id}, {login + "-id"}, 'admin', {false})"
                    );
                },
                CancellationToken.None
            );

    /// <summary>Has the organization trust the provider as it is now.</summary>
    public Task Trust(bool idpInitiated = false, string organization = "Acme") =>
        Server
            .Services.GetRequiredService<Database>()
            .Write(
                t =>
                    Server
                        .Services.GetRequiredService<SamlStore>()
                        .Save(
                            t,
                            new SamlSetup
                            {
                                OrganizationId = organization + "-id",
                                Login = organization,
                                Name = organization,
                                Metadata = Provider.Metadata,
                                IdpInitiated = idpInitiated,
                            }
                        ),
                CancellationToken.None
            );

    /// <summary>The whole way: to the identity provider, its form, and back.</summary>
    public async Task SignIn(FormBrowser? browser = null, string path = "/login/Acme/sso/saml")
    {
        var form = await Ask(browser, path);
        await Send(form, browser);
    }

    /// <summary>To the identity provider; what it answers is not sent yet.</summary>
    public async Task<(string Response, string RelayState)> Ask(FormBrowser? browser = null, string path = "/login/Acme/sso/saml")
    {
        browser ??= Browser;
        if (path.StartsWith('/'))
        {
            await browser.Open(path);
        }
        var target = path.StartsWith('/') ? browser.Left : new Uri(path);
        using var client = new HttpClient();
        var page = new HtmlParser().ParseDocument(
            await client.GetStringAsync(target ?? throw new InvalidOperationException($"Not sent to the provider: {browser.Text("body")}"))
        );
        string Field(string name) => page.QuerySelector($"input[name={name}]")!.GetAttribute("value")!;
        return (Field("SAMLResponse"), Field("RelayState"));
    }

    public Task Send((string Response, string RelayState) form, FormBrowser? browser = null) =>
        (browser ?? Browser).Post("/login/Acme/sso/saml/acs", ("SAMLResponse", form.Response), ("RelayState", form.RelayState));

    public Task Execute(Sql sql) => Server.Services.GetRequiredService<Database>().Execute(sql, CancellationToken.None);

    /// <summary>What the organization's log says, a line for each.</summary>
    public async Task<string> Events() =>
        string.Join(
            '\n',
            await Server
                .Services.GetRequiredService<Database>()
                .Query<string>(
                    $"SELECT event || ' ' || description FROM audit_events WHERE organization_id = 'Acme-id' ORDER BY id",
                    CancellationToken.None
                )
        );

    public static string Encode(string xml) => Convert.ToBase64String(Encoding.UTF8.GetBytes(xml));

    /// <summary>Nobody has come in, and the page says why.</summary>
    public async Task ShouldBeRefused(string reason)
    {
        Browser.Path.ShouldContain("/refused?why=");
        Browser.Text(".notice.bad").ShouldContain(reason);
        await Browser.Open("/user/settings");
        Browser.Path.ShouldStartWith("/signin");
    }

    public async Task ShouldBeSignedInAs(string login, FormBrowser? browser = null)
    {
        browser ??= Browser;
        await browser.Open("/user/settings");
        browser.Text(".facts dd").ShouldBe(login);
    }

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        await Provider.DisposeAsync();
        await Server.DisposeAsync();
    }
}
