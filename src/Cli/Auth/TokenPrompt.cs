namespace Cli.Auth;

/// <summary>Asks for a token, or for ENTER and then the browser.</summary>
/// <param name="console">Null where the server's console is not known: then there is no browser to log in with.</param>
internal sealed class TokenPrompt(Session session, string? console)
{
    public async Task<string> Ask(CancellationToken ct)
    {
        if (console is null)
        {
            string token;
            do
            {
                token = await Read("Enter your access token: ", ct);
            } while (token.Length == 0);
            return token;
        }
        await session.Out.WriteAsync(
            "Manage your Pulumi stacks by logging in.\n" + $"Run `pulumi {Command} --help` for alternative login options.\n"
        );
        var first = $"Enter your access token from {console}/account/tokens";
        var second = "    or hit <ENTER> to log in using your browser";
        var pasted = await Read($"{first}\n{second.PadRight(first.Length)}: ", ct);
        return pasted.Length > 0 ? pasted : await new BrowserLogin(session, console).Run(ct);
    }

    /// <summary>The alternatives are explained by `login`, whatever command asks.</summary>
    private const string Command = "login";

    private async Task<string> Read(string prompt, CancellationToken ct) =>
        (await session.Machine.Terminal.ReadLine(prompt, true, ct))?.Trim() ?? throw new UserErrorException("EOF");
}
