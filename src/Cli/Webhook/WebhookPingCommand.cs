using Cli.Api;
using Cli.Invocation;

namespace Cli.Webhook;

internal static class WebhookPingCommand
{
    public static PulumiCommand Create(Machine machine, WebhookScope scope)
    {
        var output = JsonOutput.NewOption();
        var command = new PulumiCommand("ping", "Send a test delivery")
        {
            Explanation = $"Send a test delivery to a webhook of {scope.Owner}, and show how it went.",
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
                var delivery = await cloud.Ask(CloudCall.Post(path + "/ping", body: null), ct);
                await session.Out.WriteAsync(WebhookDeliveryCommand.Text([delivery], parse.GetValue(output) == "json"));
                return 0;
            }
        );
    }
}
