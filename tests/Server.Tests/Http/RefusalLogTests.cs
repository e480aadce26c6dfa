using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Server.Http;
using Server.Organizations;
using Server.Tests.Organizations;
using Server.Tests.Stacks;
using Support;

namespace Server.Tests.Http;

public class RefusalLogTests
{
    [Fact]
    public async Task Every_refusal_is_a_line_and_many_alike_are_one_a_minute()
    {
        using var said = new Lines();
        await using var server = await TestServer.Start();
        server.Services.GetRequiredService<ILoggerFactory>().AddProvider(said);
        using var people = await People.Start(server);
        await people.MakeOrganization("acme", StackLevel.None);
        using var stranger = server.Client("pul-0123456789012345678901234567890123456789");

        for (var i = 0; i < 5; i++)
        {
            await people["mia"].DeleteAsync("/api/orgs/acme/members/ada");
            await stranger.GetAsync("/api/user");
        }
        using var browser = new FormBrowser(server);
        await browser.SignIn("mia");
        await browser.Open("/acme/settings/saml");
        await server.Client().GetAsync("/api/user");
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        await people["mia"].DeleteAsync("/api/orgs/acme/members/ada");

        said.All.ShouldBe([
            "Refused mia DELETE /api/orgs/{orgName}/members/{userLogin}: 403 You need the permission 'org_member:delete' in the organization 'acme'. An administrator of the organization can grant it.",
            "Refused 127.0.0.1 GET /api/user: 401 ",
            "Refused mia GET /{Org}/settings/saml: 403 You need the permission 'saml:update' in the organization 'acme'. An administrator of the organization can grant it.",
            "Refused mia DELETE /api/orgs/{orgName}/members/{userLogin}: 403 You need the permission 'org_member:delete' in the organization 'acme'. An administrator of the organization can grant it. (4 more since the last line)",
        ]);
    }

    /// <summary>What the log of refusals has said.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public ILogger CreateLogger(string categoryName) =>
            categoryName == typeof(RefusalLog).FullName ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (_lines)
            {
                _lines.Add(formatter(state, exception));
            }
        }

        public void Dispose() { }
    }
}
