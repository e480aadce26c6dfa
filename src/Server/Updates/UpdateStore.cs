using Server.Data;

namespace Server.Updates;

/// <summary>Owns <c>updates</c>: what was asked for, what runs, and what became of it.</summary>
public sealed class UpdateStore(Database database, TimeProvider clock)
{
    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <returns>Its id. It does not run yet and holds nothing.</returns>
    public async Task<string> Create(NewUpdate update, CancellationToken ct)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow()).ToString();
        await database.Write(transaction => Insert(transaction, id, update, UpdateStatus.NotStarted), ct);
        return id;
    }

    public Task<int> Insert(Transaction transaction, string id, NewUpdate update, string status) =>
        transaction.Execute(
            $"""
            INSERT INTO updates (id, stack_id, kind, dry_run, status, version, requested_by, program, config, environment, message, journal_version,
              checkpoint_sequence, lease_expires_ms, last_heard_ms, created_ms, started_ms, ended_ms, ends_as, end_reason, resource_changes,
              resource_count, client, token_id)
            VALUES ({id}, {update.StackId}, {update.Kind}, {update.DryRun}, {status}, 0, {update.RequestedBy}, {update.Program}, {update.Config},
              {update.Environment}, {update.Message}, 0, 0, 0, 0, {Now}, 0, 0, '', '', '', -1, {update.Client}, {update.TokenId})
            """
        );

    public Task<Update?> Find(string id, CancellationToken ct) => database.Read(transaction => Find(transaction, id), ct);

    public static Task<Update?> Find(Transaction transaction, string id) =>
        transaction.QueryOne<Update>(
            $"""
            SELECT u.*, COALESCE(a.login, '') AS requester_login, COALESCE(a.name, '') AS requester_name
            FROM updates u LEFT JOIN accounts a ON a.id = u.requested_by
            WHERE u.id = {id}
            """
        );

    /// <summary>The update runs from now on. A real one must hold its stack's lease already.</summary>
    /// <returns>False if it had been started before.</returns>
    public async Task<bool> Start(Transaction transaction, string stackId, Started update, string? baseStateId, string client) =>
        await transaction.Execute(
            $"""
            UPDATE updates
            SET status = {UpdateStatus.Running}, version = {update.Version}, base_state_id = {baseStateId},
              journal_version = {update.JournalVersion}, lease_hash = {update.Lease.Hash}, lease_expires_ms = {update.LeaseExpiresMs},
              last_heard_ms = {Now}, started_ms = {Now}, client = {client}
            WHERE id = {update.UpdateId} AND stack_id = {stackId} AND status = {UpdateStatus.NotStarted}
            """
        ) == 1;

    /// <summary>Why a write with this lease was not accepted.</summary>
    /// <inheritdoc cref="Refusal.OfWrite"/>
    public async Task<Exception> Refused(string id, Lease lease, string does, bool? journal, CancellationToken ct) =>
        Refusal.OfWrite(await Find(id, ct), lease, does, journal, clock) ?? Refusal.Changed();

    public async Task<bool> Holds(string id, Lease lease, CancellationToken ct) =>
        await database.QueryOne<long>(
            $"""
            SELECT COUNT(*) FROM updates
            WHERE id = {id} AND lease_hash = {lease.Hash} AND status = {UpdateStatus.Running} AND lease_expires_ms > {Now}
            """,
            ct
        ) == 1;

    /// <returns>False if the lease is not good, or not any more.</returns>
    public async Task<bool> Renew(string id, Lease lease, long expiresMs, CancellationToken ct) =>
        await database.Execute(
            $"""
            UPDATE updates
            SET last_heard_ms = {Now}, lease_expires_ms = CASE WHEN lease_expires_ms > {expiresMs} THEN lease_expires_ms ELSE {expiresMs} END
            WHERE id = {id} AND lease_hash = {lease.Hash} AND status = {UpdateStatus.Running} AND lease_expires_ms > {Now}
            """,
            ct
        ) == 1;

    /// <summary>From here on nothing more is accepted from the update's client.</summary>
    /// <param name="lapsed">Only if its lease has run out.</param>
    /// <returns>False if it was not running.</returns>
    public async Task<bool> BeginEnding(Transaction transaction, string id, string endsAs, string reason, bool lapsed) =>
        await transaction.Execute(
            $"""
            UPDATE updates SET status = {UpdateStatus.Ending}, ends_as = {endsAs}, end_reason = {reason}, ended_ms = {Now}
            WHERE id = {id} AND status = {UpdateStatus.Running} AND lease_expires_ms <= {(lapsed ? Now : long.MaxValue)}
            """
        ) == 1;

    /// <returns>False if somebody else has finished it.</returns>
    public static async Task<bool> FinishEnding(Transaction transaction, string id, long resourceCount) =>
        await transaction.Execute(
            $"""
            UPDATE updates SET status = ends_as, resource_count = {resourceCount} WHERE id = {id} AND status = {UpdateStatus.Ending}
            """
        ) == 1;

    /// <summary>An import begins and ends in one step.</summary>
    public Task<int> SetImported(Transaction transaction, string id, long version, long resourceCount) =>
        transaction.Execute(
            $"""
            UPDATE updates
            SET status = {UpdateStatus.Succeeded}, version = {version}, resource_count = {resourceCount}, started_ms = {Now}, ended_ms = {Now}
            WHERE id = {id}
            """
        );

    /// <summary>An update that was made elsewhere, after it was inserted.</summary>
    public Task<int> SetPast(Transaction transaction, string id, Past past) =>
        transaction.Execute(
            $"""
            UPDATE updates
            SET status = {past.Status}, version = {past.Version}, started_ms = {past.StartedMs}, ended_ms = {past.EndedMs},
              resource_changes = {past.ResourceChanges}, imported_ms = {Now}
            WHERE id = {id}
            """
        );

    /// <summary>The state that an update left elsewhere has arrived.</summary>
    public static Task<int> SetResourceCount(Transaction transaction, string id, long count) =>
        transaction.Execute($"UPDATE updates SET resource_count = {count} WHERE id = {id}");

    /// <summary>Whether something has happened to the stack here.</summary>
    public static async Task<bool> HasOwn(Transaction transaction, string stackId) =>
        await transaction.QueryOne<long>(
            $"SELECT COUNT(*) FROM updates WHERE stack_id = {stackId} AND NOT dry_run AND version > 0 AND imported_ms = 0"
        ) > 0;

    public static Task<string?> IdOf(Transaction transaction, string stackId, long version) =>
        transaction.QueryOne<string>($"SELECT id FROM updates WHERE stack_id = {stackId} AND version = {version} AND NOT dry_run");

    /// <returns>The ids of updates whose client is gone, and of those that somebody began to end and did not finish.</returns>
    public Task<List<string>> Unfinished(CancellationToken ct) =>
        database.Query<string>(
            $"""
            SELECT id FROM updates WHERE status = 'running' AND lease_expires_ms <= {Now}
            UNION ALL
            SELECT id FROM updates WHERE status = 'ending'
            """,
            ct
        );

    /// <summary>Forgets what was created and never started: its command failed in between.</summary>
    public Task<int> DeleteNotStarted(TimeSpan olderThan, CancellationToken ct) =>
        database.Execute(
            $"DELETE FROM updates WHERE status = 'not started' AND created_ms < {Now - (long)olderThan.TotalMilliseconds}",
            ct
        );
}

/// <summary>What is known of an update when it is created. JSON as text.</summary>
public sealed record NewUpdate(
    string StackId,
    string Kind,
    bool DryRun,
    string RequestedBy,
    string Program,
    string Config,
    string Environment,
    string Message,
    string Client
)
{
    /// <summary>The access token that asked; null for a session.</summary>
    public string? TokenId { get; init; }
}

/// <summary>How an update went that was made elsewhere. Times are Unix milliseconds.</summary>
public sealed record Past(long Version, string Status, long StartedMs, long EndedMs, string ResourceChanges);
