using System.Collections.Concurrent;
using Server.Data;

namespace Server.Auth;

/// <summary>What <see cref="LastUseWriter"/> has written down.</summary>
public abstract class LastUse
{
    public abstract Task WriteDown();
}

/// <summary>
/// When tokens and sessions were last used, kept without a write per request: noted in memory and written down every half minute, at the first
/// use, and when the server stops. A crash loses at most that half minute of "last used", and nothing else.
/// </summary>
#pragma warning disable CA1001 // a note may still be written while the server ends
public abstract class LastUse<TUse>(Database database, TimeProvider clock) : LastUse
    where TUse : notnull
{
    private readonly ConcurrentDictionary<TUse, long> _notes = new();
    private readonly SemaphoreSlim _writing = new(1); // holds nothing that would have to be disposed of

    /// <param name="knownMs">What the store has; 0 is never, which is worth writing down at once.</param>
    public void Note(TUse use, long knownMs)
    {
        var first = _notes.TryAdd(use, Now) && knownMs == 0;
        _notes[use] = Now;
        if (first)
        {
            _ = Task.Run(WriteDown);
        }
    }

    /// <summary>When this returns, whatever was noted before it was called is on disk. What cannot be written stays noted.</summary>
    public override async Task WriteDown()
    {
        await _writing.WaitAsync();
        try
        {
            var notes = _notes.ToArray();
            if (notes.Length == 0)
            {
                return;
            }
            await database.Write(
                async transaction =>
                {
                    foreach (var (use, ms) in notes)
                    {
                        await Write(transaction, use, ms);
                    }
                    return notes.Length;
                },
                CancellationToken.None
            );
            foreach (var note in notes)
            {
                _notes.TryRemove(note); // unless it was used again meanwhile
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Must not set the clock back: another process may have written a later use.</summary>
    protected abstract Task Write(Transaction transaction, TUse use, long ms);

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();
}
#pragma warning restore CA1001

/// <summary>Has everything written down every half minute and at the end.</summary>
public sealed class LastUseWriter(IEnumerable<LastUse> uses, TimeProvider clock, ILogger<LastUseWriter> log) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAll();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(30), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAll();
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; StopAsync writes the rest.
        }
    }

    private async Task WriteAll()
    {
        try
        {
            foreach (var use in uses)
            {
                await use.WriteDown();
            }
        }
        catch (Exception problem) // "last used" is not worth a stopped server
        {
            log.LogWarning(problem, "Could not write down when tokens and sessions were last used");
        }
    }
}
