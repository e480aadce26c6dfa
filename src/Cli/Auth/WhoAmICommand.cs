using System.CommandLine;
using System.Text.Json.Nodes;
using Cli.Invocation;
using Cli.Storage;

namespace Cli.Auth;

internal static class WhoAmICommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Print detailed information about the login" };
        var output = OutputFlags.Output();
        var json = OutputFlags.Json();
        var command = new PulumiCommand("whoami", "Display the current logged-in user")
        {
            Explanation =
                "Display the current logged-in user.\n\nWith an access token of an organization or a team, this is the organization's name.",
            Group = "Pulumi Cloud Commands",
            Alternatives =
            [
                [output, json],
            ],
        };
        command.Add(verbose);
        command.Add(output);
        command.Add(json);
        return command.Runs(
            machine,
            (session, parse, ct) => Run(session, parse.GetValue(verbose), OutputFlags.WantsJson(parse, output, json), ct)
        );
    }

    internal static async Task<int> Run(Session session, bool verbose, bool asJson, CancellationToken ct)
    {
        var identity = await CurrentLogin.Get(session, ct);
        await session.Out.WriteLineAsync(
            asJson ? GoJson.Write(Json(identity), indent: 2, escapeHtml: false)
            : verbose ? Details(identity)
            : identity.User
        );
        return 0;
    }

    private static string Details(Identity identity)
    {
        var name = identity.Token is { Name.Length: > 0 } token ? $"\nToken name: {token.Name}" : "";
        return $"User: {identity.User}\nOrganizations: {string.Join(", ", identity.Organizations)}\n"
            + $"Backend URL: {identity.Url}\nToken type: {identity.TokenType}{name}";
    }

    private static JsonObject Json(Identity identity)
    {
        var members = new JsonObject { ["user"] = identity.User };
        if (identity.Organizations.Count > 0)
        {
            members["organizations"] = new JsonArray([.. identity.Organizations.Select(name => JsonValue.Create(name))]);
        }
        members["url"] = identity.Url;
        if (identity.Token is not null)
        {
            members["tokenInformation"] = identity.Token.Write(before: null);
        }
        return members;
    }
}
