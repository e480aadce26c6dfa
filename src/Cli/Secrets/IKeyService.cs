namespace Cli.Secrets;

/// <summary>A service that keeps a key and never gives it away.</summary>
internal interface IKeyService
{
    Task<byte[]> Wrap(byte[] key, CancellationToken ct);

    Task<byte[]> Unwrap(byte[] wrapped, CancellationToken ct);
}
