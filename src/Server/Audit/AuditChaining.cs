namespace Server.Audit;

/// <summary>When the server starts, events of versions that had no chains are chained.</summary>
public sealed class AuditChaining(AuditStore audit) : IHostedService
{
    private const int Batch = 1000;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        while (await audit.ChainSome(Batch, cancellationToken)) { }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
