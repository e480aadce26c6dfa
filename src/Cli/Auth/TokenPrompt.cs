namespace Cli.Auth;

/// <summary>Asks for a token, or for ENTER and then the browser.</summary>
/// <param name="console">Null where the server's console is not known: then there is no browser to log in with.</param>
internal sealed class TokenPrompt(Session session, string? console)
{
    // The alternatives are explained by `login`, whatever command asks.
    private const string First = "Manage your Pulumi stacks by logging in.";
    private const string Second = "Run `pulumi login --help` for alternative login options.";
    private const string Last = "    or hit <ENTER> to log in using your browser";

    /// <returns>Empty for the browser.</returns>
    public async Task<string> Ask(CancellationToken ct)
    {
        await session.Out.WriteAsync($"{First}\n{Second}\n");
        if (console is null)
        {
            string token;
            do
            {
                token = await Read("Enter your access token: ", ct);
            } while (token.Length == 0);
            return token;
        }
        var third = $"Enter your access token from {console}/account/tokens";
        var width = Math.Max(third.Length, Second.Length);
        return await Read($"{third}\n{Last.PadRight(width)}: ", ct);
    }

    private async Task<string> Read(string prompt, CancellationToken ct) =>
        (await session.Machine.Terminal.ReadLine(prompt, true, ct))?.Trim() ?? throw new UserErrorException("EOF");
}
