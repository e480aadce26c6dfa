using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Auth;

internal static class WhoAmICommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Also show organizations, back end and kind of token" };
        var output = JsonOutput.Options();
        var command = new PulumiCommand("whoami", "Display the current logged-in user")
        {
            Explanation = "Display the current logged-in user.\n\nWith the token of an organization or a team, this is the organization.",
            Group = "Pulumi Cloud Commands",
        };
        command.Add(verbose);
        output.AddTo(command);
        return command.Runs(machine, (session, parse, ct) => Run(session, parse.GetValue(verbose), output.Wanted(parse), ct));
    }

    internal static async Task<int> Run(Session session, bool verbose, bool json, CancellationToken ct)
    {
        var login = await CurrentLogin.Ensure(session, ct);
        await session.Out.WriteAsync(
            json ? Json(login)
            : verbose ? Verbose(login)
            : login.User + "\n"
        );
        return 0;
    }

    private static string Verbose(CurrentLogin login) =>
        $"""
            User: {login.User}
            Organizations: {string.Join(", ", login.Organizations)}
            Backend URL: {login.Page}
            Token type: {login.TokenKind}

            """ + (login.Token is { } token ? $"Token name: {token.Name}\n" : "");

    private static string Json(CurrentLogin login)
    {
        var members = new JsonObject { ["user"] = login.User };
        if (login.Organizations.Count > 0)
        {
            members["organizations"] = new JsonArray([.. login.Organizations.Select(name => JsonValue.Create(name))]);
        }
        members["url"] = login.Page;
        if (login.Token is { } token)
        {
            members["tokenInformation"] = token.Write(null);
        }
        return GoJson.Write(members, indent: 2, escapeHtml: false) + "\n";
    }
}
