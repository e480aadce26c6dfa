using Cli.Api;
using Cli.Invocation;
using Cli.Stack;

namespace Cli.Webhook;

internal static class WebhookRemoveCommand
{
    public static PulumiCommand Create(Machine machine, WebhookScope scope)
    {
        var yes = StackOptions.Yes();
        var command = new PulumiCommand("remove", "Delete one")
        {
            Explanation = $"Delete a webhook of {scope.Owner}.",
            ArgumentNames = "<id>",
            FewestArguments = 1,
            MostArguments = 1,
        };
        command.Aliases.Add("rm");
        command.Aliases.Add("delete");
        command.Add(yes);
        return WebhookCommand.On(
            machine,
            scope,
            command,
            async (session, parse, cloud, path, ct) =>
            {
                var confirmation = new Confirmation(session, parse.GetValue(yes));
                if (!session.Interactive && !confirmation.Given)
                {
                    throw new UserErrorException("non-interactive mode requires --yes flag");
                }
                var name = Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
                if (!confirmation.Given && !await confirmation.ByChoosing($"Remove the webhook '{name}'?", ct))
                {
                    return (int)Exit.Error;
                }
                await cloud.Send(new CloudCall(HttpMethod.Delete, path), ct);
                await session.Out.WriteLineAsync($"Webhook '{name}' has been removed.");
                return 0;
            }
        );
    }
}
