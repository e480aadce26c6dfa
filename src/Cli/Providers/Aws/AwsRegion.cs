namespace Cli.Providers.Aws;

internal static class AwsRegion
{
    public static string DomainOf(string region) =>
        region.StartsWith("cn-", StringComparison.Ordinal) ? "amazonaws.com.cn" : "amazonaws.com";

    public static UserErrorException Missing() =>
        new("no AWS region is known; add ?region=eu-west-1 (or yours) to the address, or set AWS_REGION");
}
