using Cli.Api;
using Cli.Invocation;

namespace Cli.Webhook;

internal static class WebhookGetCommand
{
    public static PulumiCommand Create(Machine machine, WebhookScope scope)
    {
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("get", "Show one")
        {
            Explanation = $"Show a webhook of {scope.Owner}.",
            ArgumentNames = "<id>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Add(output);
        return WebhookCommand.On(
            machine,
            scope,
            command,
            async (session, parse, cloud, path, ct) =>
            {
                var webhook = await cloud.Ask(CloudCall.Get(path), ct);
                await session.Out.WriteAsync(WebhookCommand.Show(webhook, parse.GetValue(output) == "json"));
                return 0;
            }
        );
    }
}
