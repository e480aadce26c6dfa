using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Cli.Display;
using Cli.Invocation;
using Cli.Secrets;
using Cli.Stack;

namespace Cli.State;

internal static class StateGetCommand
{
    public static PulumiCommand Create(Machine machine)
    {
        var resource = new Argument<string?>("resource") { Arity = ArgumentArity.ZeroOrOne };
        var stack = StateOptions.Stack();
        var secrets = StackOptions.ShowSecrets("Show secret values in plaintext");
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("get", "Show a resource of a stack's state")
        {
            Explanation =
                "Show a resource of a stack's state: its type, its ids, its inputs and outputs.\n\n"
                + "The resource is named by its URN, or by its name where no other resource has it.",
            ArgumentNames = "[resource]",
            MostArguments = 1,
        };
        command.Add(resource);
        command.Add(stack);
        command.Add(secrets);
        command.Add(output);
        return command.Runs(
            machine,
            (session, parse, ct) =>
                Run(session, parse.GetValue(stack), parse.GetValue(resource), parse.GetValue(secrets), parse.GetValue(output) == "json", ct)
        );
    }

    internal static async Task<int> Run(Session session, string? name, string? which, bool showSecrets, bool json, CancellationToken ct)
    {
        await using var work = await Workplace.Open(session, ct);
        var stack = (await work.Require(name, ct)).Stack;
        var shown = work.Backend.Show(stack);
        var deployment =
            Deployment.Read(await work.Backend.Export(stack, null, ct), shown)
            ?? throw new UserErrorException($"no state found for stack {shown}", Exit.StackNotFound);
        var resource = await Find(session, deployment, which, ct);
        if (showSecrets && deployment.SecretsProvider is { } description)
        {
            await SecretValues.Reveal(resource, work.Secrets.OfState(description, shown), ct);
        }
        await session.Out.WriteAsync(json ? Json(resource) : Text(resource));
        return 0;
    }

    private static async Task<JsonObject> Find(Session session, Deployment deployment, string? which, CancellationToken ct)
    {
        var chooser = new ResourceChooser(session);
        if (string.IsNullOrEmpty(which))
        {
            return (await chooser.Find(deployment, [], "show", ct))[0];
        }
        var named = deployment.Resources.Where(resource => Urn.Parse(References.Text(resource["urn"]))?.Name == which).ToList();
        return named.Count == 1 ? named[0] : await chooser.One(deployment, which, ct);
    }

    private static string Text(JsonObject resource)
    {
        var text = new StringBuilder();
        text.Append($"Type: {References.Text(resource["type"])}\nURN:  {References.Text(resource["urn"])}\n");
        if (References.Text(resource["id"]) is { } id)
        {
            text.Append($"ID:   {id}\n");
        }
        if (Deployment.IsOn(resource, "delete"))
        {
            text.Append("Pending deletion: yes\n");
        }
        Append(text, "Inputs", resource["inputs"] as JsonObject);
        Append(text, "Outputs", resource["outputs"] as JsonObject);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string title, JsonObject? properties)
    {
        text.Append(title).Append(":\n");
        foreach (var (name, value) in (JsonObject)PropertyValues.Plain(properties ?? [])!)
        {
            text.Append($"    {name}: {PropertyValues.Text(value)}\n");
        }
    }

    private static string Json(JsonObject resource)
    {
        var json = new JsonObject
        {
            ["urn"] = resource["urn"]?.DeepClone(),
            ["id"] = References.Text(resource["id"]) ?? "",
            ["type"] = resource["type"]?.DeepClone(),
            ["inputs"] = PropertyValues.Plain(resource["inputs"] ?? new JsonObject()),
            ["outputs"] = PropertyValues.Plain(resource["outputs"] ?? new JsonObject()),
        };
        if (Deployment.IsOn(resource, "delete"))
        {
            json["pendingDeletion"] = true;
        }
        return PropertyValues.Json(json);
    }
}
