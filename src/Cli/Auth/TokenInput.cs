using Cli.Storage;

namespace Cli.Auth;

/// <summary><c>--token-stdin</c>: the one way to hand over a token that shows in neither the process list nor the environment.</summary>
internal static class TokenInput
{
    public static async Task<Account> LogIn(Session session, CloudLogin login, CancellationToken ct)
    {
        var token = (await session.Machine.Terminal.In.ReadToEndAsync(ct)).Trim();
        return token.Length == 0
            ? throw new UserErrorException("there is no access token on standard input")
            : await login.Accept(token, ct);
    }
}
