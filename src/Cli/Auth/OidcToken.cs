namespace Cli.Auth;

/// <summary>The value of <c>--oidc-token</c>: a JWT, or <c>file://</c> and where one is.</summary>
internal static class OidcToken
{
    public static string Read(string given, string workingDirectory)
    {
        if (BackendUrl.IsFile(given))
        {
            return FromFile(given["file://".Length..], workingDirectory);
        }
        return JwtClaims.IsJwt(given)
            ? given
            : throw new UserErrorException(
                $"OIDC token exchange failed: Failed to read OIDC token: must be JWT or 'file://filepath'. Got '{given}'"
            );
    }

    private static string FromFile(string path, string workingDirectory)
    {
        string text;
        try
        {
            text = File.ReadAllText(Path.GetFullPath(path, workingDirectory)).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Failed($"reading token from file '{path}': open {path}: {Storage.FileFault.Reason(fault)}");
        }
        return text.Length == 0 ? throw Failed($"file '{path}' is empty")
            : JwtClaims.IsJwt(text) ? text
            : throw Failed($"unexpected token format in file '{path}'");
    }

    private static UserErrorException Failed(string reason) => new($"OIDC token exchange failed: {reason}");
}
