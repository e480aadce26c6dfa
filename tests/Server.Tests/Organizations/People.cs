using Server.Tests.Stacks;
using Support;

namespace Server.Tests.Organizations;

/// <summary>An organization with somebody in each role, and with what members have by themselves.</summary>
internal sealed class People : IDisposable
{
    private readonly TestServer _server;
    private readonly Dictionary<string, HttpClient> _clients = [];

    private People(TestServer server) => _server = server;

    public HttpClient this[string login] => _clients[login];

    /// <summary>The first account of a server administers the service; it is in no organization but its own.</summary>
    public static async Task<People> Start(TestServer server)
    {
        var people = new People(server);
        foreach (var login in new[] { "root", "ada", "mia", "bill", "eve" })
        {
            people._clients[login] = await server.ClientOf(login);
        }
        return people;
    }

    /// <summary>ada administers it, mia is a member, bill keeps the books; eve administers another one.</summary>
    public async Task MakeOrganization(string name, long baseline)
    {
        (
            await this["ada"].Post("/api/console/actions/new-organization", $$"""{"orgName":"{{name}}","product":"team"}""")
        ).EnsureSuccessStatusCode();
        (await this["ada"].Post($"/api/orgs/{name}/members/mia", """{"role":"member"}""")).EnsureSuccessStatusCode();
        (await this["ada"].Post($"/api/orgs/{name}/members/bill", """{"role":"billing-manager"}""")).EnsureSuccessStatusCode();
        (await this["ada"].Patch($"/api/orgs/{name}", $$"""{"setDefaultStackPermission":{{baseline}}}""")).EnsureSuccessStatusCode();
    }

    public HttpClient Stranger() => _server.Client();

    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }
}
