using System.Text.Json;
using Server.State;
using Server.Updates.Checkpoints;

namespace Server.Updates;

/// <summary>The state that an update has saved so far.</summary>
public sealed class LogFold(StateStore states, TimeProvider clock)
{
    /// <param name="rows">At least one.</param>
    public Task<SavedState> Run(Update update, IReadOnlyList<LogRow> rows, CancellationToken ct) =>
        rows[0].Kind == LogKind.Journal
            ? Journal(update, rows, ct)
            : Task.FromResult(new SavedState(update.StackId, CheckpointTexts.Replay(rows)));

    private async Task<SavedState> Journal(Update update, IReadOnlyList<LogRow> rows, CancellationToken ct)
    {
        using var @base = update.BaseStateId is { } id ? await states.Read((await states.FindById(id, ct))!, ct) : null;
        var batches = new List<Rented>();
        try
        {
            foreach (var row in rows)
            {
                batches.Add(row.Text());
            }
            return new(
                update.StackId,
                JournalFold.Run(@base?.Memory ?? default, [.. batches.Select(b => b.Memory)], PulumiVersion(update), clock.GetUtcNow())
            );
        }
        finally
        {
            batches.ForEach(b => b.Dispose());
        }
    }

    /// <summary>The client's, which a state names; it is among the facts that an update comes with.</summary>
    private static string? PulumiVersion(Update update)
    {
        using var environment = JsonDocument.Parse(update.Environment);
        return environment.RootElement.TryGetProperty("pulumi.version", out var version) ? version.GetString() : null;
    }
}

/// <summary>An UntypedDeployment in memory that is given back.</summary>
public sealed class SavedState : IDisposable
{
    private readonly string _stackId;
    private readonly Rented? _checkpoint;
    private readonly FoldedState? _folded;

    public SavedState(string stackId, Rented checkpoint) => (_stackId, _checkpoint) = (stackId, checkpoint);

    public SavedState(string stackId, FoldedState folded) => (_stackId, _folded) = (stackId, folded);

    public ReadOnlyMemory<byte> Text => _checkpoint?.Memory ?? _folded!.Text;

    public Task<StagedState> Stage(StateStore states, CancellationToken ct) =>
        _folded is null ? states.Stage(_stackId, Text, ct) : states.Stage(_stackId, _folded, ct);

    public void Dispose()
    {
        _checkpoint?.Dispose();
        _folded?.Dispose();
    }
}
