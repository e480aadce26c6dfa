namespace Cli.Providers.Aws;

/// <param name="SessionToken">Null for those of a user, which do not expire.</param>
internal sealed record AwsCredentials(string KeyId, string Secret, string? SessionToken = null, DateTimeOffset? Expires = null);
