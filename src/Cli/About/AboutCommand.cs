using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Auth;
using Cli.Display;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.About;

internal static class AboutCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var stack = new Option<string?>("--stack", "-s") { Description = "The stack to describe. Defaults to the current stack" };
        var transitive = new Option<bool>("--transitive", "-t") { Description = "Include transitive dependencies" };
        var output = JsonOutput.Options();
        var command = new PulumiCommand("about", "Print information about the Pulumi environment")
        {
            Explanation =
                "Print information about this program, the machine it runs on, and the backend in use. It never asks for a login.",
            Group = "Other Commands",
        };
        command.Add(stack);
        command.Add(transitive);
        output.AddTo(command);
        command.Add(AboutEnvironmentCommand.Create(machine));
        return command.Runs(
            machine,
            (session, parse, ct) => Run(session, parse.GetValue(stack), parse.GetValue(transitive), output.Wanted(parse), ct)
        );
    }

    internal static async Task<int> Run(Session session, string? stackName, bool transitive, bool json, CancellationToken ct)
    {
        var problems = new List<string>();
        var login = await Login(session with { Interactive = false }, problems, ct);
        var program = AboutProgram.Of(session.Machine, transitive, problems);
        var stack = login is null ? null : await Stack(session with { Interactive = false }, login.Url, stackName, problems, ct);
        await session.Out.WriteAsync(
            json ? Json(session.Machine, login, program, stack, problems) : Text(session.Machine, login, program, stack)
        );
        if (!json)
        {
            problems.ForEach(session.Warn);
        }
        return 0;
    }

    private static async Task<CurrentLogin?> Login(Session session, List<string> problems, CancellationToken ct)
    {
        try
        {
            return await CurrentLogin.Ensure(session, ct);
        }
        catch (UserErrorException problem)
        {
            problems.Add("Could not access the backend: " + problem.Message);
            return null;
        }
    }

    private static async Task<CurrentStack?> Stack(Session session, string url, string? name, List<string> problems, CancellationToken ct)
    {
        try
        {
            return await CurrentStack.Of(session, url, name, ct);
        }
        catch (UserErrorException problem)
        {
            problems.Add("Failed to get information about the current stack: " + problem.Message);
            return null;
        }
    }

    // Where no console is known the stock CLI shows nothing at all; the server's own address says more.
    private static string AddressOf(CurrentLogin login) => login.Page.Length > 0 ? login.Page : login.Url;

    private static string Text(Machine machine, CurrentLogin? login, AboutProgram? program, CurrentStack? stack)
    {
        var host = HostFacts.OfThisMachine();
        var text = new StringBuilder();
        Section(text, "CLI", ("Version", Version), ("Runtime", HostFacts.Runtime));
        List(
            text,
            "Plugins",
            new Table("KIND", "NAME", "VERSION"),
            program?.Plugins.Select(one => new[] { one.Kind, one.Name, one.Version })
        );
        Section(text, "Host", ("OS", host.System), ("Version", host.Version), ("Arch", host.Architecture));
        if (program is { Language.Length: > 0 })
        {
            Section(text, "Project", ("Language", program.Language));
        }
        text.Append(stack?.Text());
        if (login is not null)
        {
            Section(
                text,
                "Backend",
                ("Name", BackendName.Of(machine, login.Url)),
                ("URL", AddressOf(login)),
                ("User", login.User),
                ("Organizations", string.Join(", ", login.Organizations)),
                ("Token type", login.TokenKind),
                ("Token name", login.Token?.Name ?? "")
            );
        }
        List(text, "Dependencies", new Table("NAME", "VERSION"), program?.Dependencies.Select(one => new[] { one.Name, one.Version }));
        return text.ToString();
    }

    private static void List(StringBuilder text, string title, Table table, IEnumerable<string[]>? rows)
    {
        foreach (var row in rows ?? [])
        {
            table.Add(row);
        }
        if (table.Count > 0)
        {
            text.Append(title).Append('\n').Append(table.Text()).Append('\n');
        }
    }

    private static void Section(StringBuilder text, string title, params (string Name, string Value)[] rows)
    {
        text.Append(title).Append('\n');
        var shown = rows.Where(row => row.Value.Length > 0).ToList();
        var width = shown.Max(row => row.Name.Length);
        foreach (var (name, value) in shown)
        {
            text.Append(name.PadRight(width)).Append("  ").Append(value).Append('\n');
        }
        text.Append('\n');
    }

    private static string Json(Machine machine, CurrentLogin? login, AboutProgram? program, CurrentStack? stack, List<string> problems)
    {
        var host = HostFacts.OfThisMachine();
        var about = new JsonObject
        {
            ["plugins"] = program?.PluginsJson(),
            ["host"] = new JsonObject
            {
                ["os"] = host.System,
                ["version"] = host.Version,
                ["arch"] = host.Architecture,
            },
            ["backend"] = login is null ? null : Backend(machine, login),
            ["currentStack"] = stack?.Json(),
            ["cliAbout"] = new JsonObject
            {
                ["version"] = Version,
                ["goVersion"] = "",
                ["goCompiler"] = "",
            },
            ["runtime"] = program is { Language.Length: > 0 } ? new JsonObject { ["language"] = program.Language } : null,
            ["dependencies"] = program?.DependenciesJson(),
            ["errors"] = new JsonArray([.. problems.Select(problem => JsonValue.Create(problem))]),
        };
        return GoJson.Write(about, indent: 2, escapeHtml: false) + "\n";
    }

    private static JsonObject Backend(Machine machine, CurrentLogin login)
    {
        var backend = new JsonObject
        {
            ["name"] = BackendName.Of(machine, login.Url),
            ["url"] = AddressOf(login),
            ["user"] = login.User,
            ["organizations"] = new JsonArray([.. login.Organizations.Select(name => JsonValue.Create(name))]),
        };
        if (login.Token is { } token)
        {
            backend["tokenInformation"] = token.Write(null);
        }
        return backend;
    }

    private static string Version => Versions.Current.TrimStart('v');
}
