using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Auth;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.About;

internal static class AboutCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var output = JsonOutput.Options();
        var command = new PulumiCommand("about", "Print information about the Pulumi environment") { Group = "Other Commands" };
        output.AddTo(command);
        command.Add(AboutEnvironmentCommand.Create(machine));
        return command.Runs(machine, (session, parse, ct) => Run(session, output.Wanted(parse), ct));
    }

    internal static async Task<int> Run(Session session, bool json, CancellationToken ct)
    {
        CurrentLogin? login = null;
        string? problem = null;
        try
        {
            login = await CurrentLogin.Ensure(session with { Interactive = false }, ct); // about never asks anything
        }
        catch (UserErrorException failure)
        {
            problem = "Could not access the backend: " + failure.Message;
        }
        await session.Out.WriteAsync(json ? Json(session.Machine, login, problem) : Text(session.Machine, login));
        if (problem is not null && !json)
        {
            session.Warn(problem);
        }
        return 0;
    }

    private static string Text(Machine machine, CurrentLogin? login)
    {
        var text = new StringBuilder();
        Section(text, "CLI", ("Version", Versions.Current.TrimStart('v')), ("Runtime", RuntimeInformation.FrameworkDescription));
        Section(text, "Host", ("OS", SystemName), ("Version", Environment.OSVersion.Version.ToString()), ("Arch", Architecture));
        if (login is not null)
        {
            Section(
                text,
                "Backend",
                ("Name", BackendName.Of(machine, login.Url)),
                ("URL", login.Page),
                ("User", login.User),
                ("Organizations", string.Join(", ", login.Organizations)),
                ("Token type", login.TokenKind),
                ("Token name", login.Token?.Name ?? "")
            );
        }
        return text.ToString();
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

    private static string Json(Machine machine, CurrentLogin? login, string? problem)
    {
        var about = new JsonObject
        {
            ["plugins"] = null,
            ["host"] = new JsonObject
            {
                ["os"] = SystemName,
                ["version"] = Environment.OSVersion.Version.ToString(),
                ["arch"] = Architecture,
            },
            ["backend"] = login is null ? null : Backend(machine, login),
            ["currentStack"] = null,
            ["cliAbout"] = new JsonObject
            {
                ["version"] = Versions.Current.TrimStart('v'),
                ["goVersion"] = "",
                ["goCompiler"] = "",
            },
            ["errors"] = problem is null ? null : new JsonArray(JsonValue.Create(problem)),
        };
        return GoJson.Write(about, indent: 2, escapeHtml: false) + "\n";
    }

    private static JsonObject Backend(Machine machine, CurrentLogin login)
    {
        var backend = new JsonObject
        {
            ["name"] = BackendName.Of(machine, login.Url),
            ["url"] = login.Page,
            ["user"] = login.User,
            ["organizations"] = new JsonArray([.. login.Organizations.Select(name => JsonValue.Create(name))]),
        };
        if (login.Token is { } token)
        {
            backend["tokenInformation"] = token.Write(null);
        }
        return backend;
    }

    private static string SystemName =>
        OperatingSystem.IsWindows() ? "windows"
        : OperatingSystem.IsMacOS() ? "darwin"
        : "linux";

    private static string Architecture => RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
}
