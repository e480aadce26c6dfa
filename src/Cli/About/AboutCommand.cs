using System.Text.Json.Nodes;
using Cli.Auth;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.About;

internal static class AboutCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var output = OutputFlags.Output();
        var json = OutputFlags.Json();
        var command = new PulumiCommand("about", "Print information about the Pulumi environment")
        {
            Explanation =
                "Print information about this program, the machine it runs on, and the backend in use. It never asks for a login.",
            Group = "Other Commands",
            Alternatives =
            [
                [output, json],
            ],
        };
        command.Add(output);
        command.Add(json);
        command.Add(AboutEnvCommand.Create(machine));
        return command.Runs(machine, (session, parse, ct) => Run(session, OutputFlags.WantsJson(parse, output, json), ct));
    }

    internal static async Task<int> Run(Session session, bool asJson, CancellationToken ct)
    {
        var (identity, problem) = await Backend(session, ct);
        var host = HostFacts.OfThisMachine();
        if (asJson)
        {
            await session.Out.WriteLineAsync(GoJson.Write(Json(host, identity, problem), indent: 2, escapeHtml: false));
            return 0;
        }
        await session.Out.WriteAsync(Table.Of("CLI", [("Version", Versions.Current), ("Runtime", HostFacts.Runtime)]));
        await session.Out.WriteAsync(
            "\n" + Table.Of("Host", [("OS", host.System), ("Version", host.Version), ("Arch", host.Architecture)])
        );
        if (identity is not null)
        {
            await session.Out.WriteAsync("\n" + Table.Of("Backend", Rows(identity)));
        }
        if (problem is not null)
        {
            await session.Out.WriteLineAsync();
            session.Warn(problem);
        }
        return 0;
    }

    private static async Task<(Identity? Identity, string? Problem)> Backend(Session session, CancellationToken ct)
    {
        try
        {
            return (await CurrentLogin.Get(session with { Interactive = false }, ct), null);
        }
        catch (UserErrorException error)
        {
            return (null, $"Could not access the backend: {error.Message}");
        }
    }

    private static List<(string, string)> Rows(Identity identity)
    {
        List<(string, string)> rows =
        [
            ("Name", identity.Name),
            ("URL", identity.Url),
            ("User", identity.User),
            ("Organizations", string.Join(", ", identity.Organizations)),
            ("Token type", identity.TokenType),
        ];
        if (identity.Token is { Name.Length: > 0 } token)
        {
            rows.Add(("Token name", token.Name));
        }
        return rows;
    }

    private static JsonObject Json(HostFacts host, Identity? identity, string? problem) =>
        new()
        {
            ["plugins"] = null,
            ["host"] = new JsonObject
            {
                ["os"] = host.System,
                ["version"] = host.Version,
                ["arch"] = host.Architecture,
            },
            ["backend"] = identity is null ? null : Json(identity),
            ["currentStack"] = null,
            ["cliAbout"] = new JsonObject
            {
                ["version"] = Versions.Current,
                ["goVersion"] = "",
                ["goCompiler"] = "",
            },
            ["runtime"] = "",
            ["dependencies"] = null,
            ["errors"] = problem is null ? new JsonArray() : new JsonArray(JsonValue.Create(problem)),
        };

    private static JsonObject Json(Identity identity)
    {
        var members = new JsonObject
        {
            ["name"] = identity.Name,
            ["url"] = identity.Url,
            ["user"] = identity.User,
            ["organizations"] = new JsonArray([.. identity.Organizations.Select(name => JsonValue.Create(name))]),
        };
        if (identity.Token is not null)
        {
            members["tokenInformation"] = identity.Token.Write(before: null);
        }
        return members;
    }
}
