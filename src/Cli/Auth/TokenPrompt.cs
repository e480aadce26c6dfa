namespace Cli.Auth;

/// <summary>Asks a person for an access token, or sends them to their browser for one.</summary>
/// <param name="console">Null when the server's web address is unknown: then there is no browser login.</param>
internal sealed class TokenPrompt(Session session, string? console)
{
    public async Task<string> Ask(CancellationToken ct)
    {
        if (console is null)
        {
            return await Insist(ct);
        }
        var token = await Read(LoginText.Prompt(console), ct);
        return token.Length > 0 ? token : await new BrowserLogin(session, console).Run(ct);
    }

    private async Task<string> Insist(CancellationToken ct)
    {
        while (true)
        {
            var token = await Read("Enter your access token: ", ct);
            if (token.Length > 0)
            {
                return token;
            }
        }
    }

    // Pasted text often brings blanks or a line end along.
    private async Task<string> Read(string prompt, CancellationToken ct) =>
        (await session.Machine.Terminal.ReadLine(prompt, true, ct))?.Trim() ?? throw new UserErrorException("EOF");
}
