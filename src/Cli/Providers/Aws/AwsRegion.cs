using Cli.Api;

namespace Cli.Providers.Aws;

/// <summary>What holds for all services of AWS.</summary>
internal static class AwsRegion
{
    public static string DomainOf(string region) =>
        region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";

    /// <summary>Whose certificates are believed beside those that the system believes.</summary>
    public static Trust Trust(Machine machine) => new(CaFile: machine.Variable("AWS_CA_BUNDLE"));

    public static UserErrorException Missing() =>
        new("no AWS region is known; add ?region=eu-west-1 (or yours) to the address, or set AWS_REGION");
}
