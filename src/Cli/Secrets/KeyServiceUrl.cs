namespace Cli.Secrets;

/// <summary>From a provider's address to the service behind it.</summary>
internal static class KeyServiceUrl
{
    public static IKeyService Open(Machine machine, string url)
    {
        _ = machine;
        throw new UserErrorException($"this program cannot use '{url}' yet; the stock Pulumi CLI can");
    }
}
