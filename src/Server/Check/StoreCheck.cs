using Server.Data;
using Server.Secrets;
using Server.State;

namespace Server.Check;

/// <summary>Looks through a whole store, without changing anything, while servers run or not.</summary>
public sealed class StoreCheck(Database database, MasterKeys masters, IEnumerable<IWrappedKeys> wrapped, StateStore states)
{
    /// <param name="Looked">How many things were looked at.</param>
    public sealed record Result(long Looked, IReadOnlyList<string> Problems);

    /// <summary>Its parts by name, in their order.</summary>
    public IReadOnlyList<(string Name, Func<CancellationToken, Task<Result>> Look)> Parts =>
        [("database", Itself), ("master keys", MasterKeys), ("data keys", DataKeys), ("states", States), ("running updates", Leases)];

    private async Task<Result> Itself(CancellationToken ct) => new(1, await database.Problems(ct));

    private async Task<Result> MasterKeys(CancellationToken ct)
    {
        try
        {
            await masters.Open(ct);
            return new(1, []);
        }
        catch (Settings.SettingsException problem)
        {
            return new(1, [problem.Message]);
        }
    }

    private async Task<Result> DataKeys(CancellationToken ct)
    {
        var (looked, problems) = (0L, new List<string>());
        foreach (var store in wrapped)
        {
            foreach (var key in await store.All(ct))
            {
                looked++;
                try
                {
                    masters.Find(key.MasterKeyId).Unwrap(key.OwnerId, key.Wrapped);
                }
                catch (InvalidOperationException problem)
                {
                    problems.Add(problem.Message);
                }
            }
        }
        return new(looked, problems);
    }

    /// <summary>The newest is whole, and the oldest is what all differences between make of it: together they read every part.</summary>
    private async Task<Result> States(CancellationToken ct)
    {
        var (looked, problems) = (0L, new List<string>());
        foreach (var state in await states.NewestAndOldest(ct))
        {
            looked++;
            try
            {
                using var text = await states.Read(state, ct);
                StateInspection.Of(text.Memory);
            }
            catch (Exception problem) when (problem is InvalidDataException or Auth.ApiException)
            {
                problems.Add($"version {state.Version} of the state of stack {state.StackId}: {problem.Message}");
            }
        }
        return new(looked, problems);
    }

    private async Task<Result> Leases(CancellationToken ct)
    {
        var lost = await database.Query<string>(
            $"""
            SELECT s.id FROM stacks s LEFT JOIN updates u ON u.id = s.running_update_id AND u.stack_id = s.id
            WHERE s.running_update_id IS NOT NULL AND u.id IS NULL
            """,
            ct
        );
        var count = await database.QueryOne<long>($"SELECT COUNT(*) FROM stacks WHERE running_update_id IS NOT NULL", ct);
        return new(count, [.. lost.Select(id => $"stack {id} is held by an update that is not there")]);
    }
}
