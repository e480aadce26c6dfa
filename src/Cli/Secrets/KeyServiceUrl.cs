using Cli.Providers;
using Cli.Secrets.KeyServices;

namespace Cli.Secrets;

/// <summary>From a provider's address to the service behind it. Nobody is asked yet.</summary>
internal static class KeyServiceUrl
{
    public static IKeyService Open(Machine machine, string url)
    {
        var address = ServiceAddress.Parse(url);
        return address.Scheme switch
        {
            "awskms" => AwsKeys.Open(machine, address),
            "azurekeyvault" => AzureKeyVault.Open(machine, address),
            "gcpkms" => GoogleKeys.Open(machine, address),
            "hashivault" => VaultTransit.Open(machine, address),
            _ => throw new UserErrorException(
                $"'{url}' is not the address of a key; it should begin with awskms://, azurekeyvault://, gcpkms:// or hashivault://"
            ),
        };
    }
}
