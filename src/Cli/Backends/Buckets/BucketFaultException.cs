namespace Cli.Backends.Buckets;

/// <summary>A bucket or database that cannot be reached, or that refuses. The message says why and what to do.</summary>
internal sealed class BucketFaultException(string reason) : UserErrorException(reason);

/// <summary>A store that cannot be opened.</summary>
/// <param name="reason">Without the address, for where that is told already.</param>
internal sealed class UnopenedException(string message, string reason) : UserErrorException(message)
{
    public string Reason => reason;
}
