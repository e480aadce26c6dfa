using System.Text.Json.Nodes;
using Cli.Api;

namespace Cli.Backends.Cloud;

/// <summary>Waits for an update that the server runs, and passes on what it prints.</summary>
internal sealed class UpdateWait(Session session, CloudConnection connection, string path)
{
    private const int GatewayTimeout = 504;

    public async Task Run(CancellationToken ct)
    {
        string? next = null;
        while (true)
        {
            var query = next is null ? "" : "?continuationToken=" + next;
            var body = await connection.SendOr(CloudCall.Get(path + query), refused => refused.Code == GatewayTimeout, _ => null, ct);
            if (body is null)
            {
                continue;
            }
            var answer = CloudConnection.Parse(body);
            foreach (var text in (answer["events"] as JsonArray ?? []).Select(item => item?["fields"]?["text"]?.GetValue<string>()))
            {
                session.Machine.Terminal.Error.Write(text);
            }
            next = answer["continuationToken"]?.GetValue<string>();
            if (string.IsNullOrEmpty(next))
            {
                var status = answer["status"]?.GetValue<string>();
                if (status != "succeeded")
                {
                    throw new UserErrorException($"import failed: the update ended with status '{status}'");
                }
                return;
            }
        }
    }
}
