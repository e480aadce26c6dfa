using Server.Data;
using Support;

namespace Server.Tests.Data;

public sealed class DatabaseTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [
        InlineData(Engine.Sqlite, false),
        InlineData(Engine.Sqlite, true),
        InlineData(Engine.PostgreSql, false),
        InlineData(Engine.PostgreSql, true)
    ]
    public async Task A_unit_of_work_that_fails_leaves_nothing_and_does_not_harm_its_neighbours(Engine engine, bool whileAnotherWrites)
    {
        await using var source = await TestDatabase.Create(engine);
        await using var database = Database.Open(source.Url, _folder.FullName);
        database.Migrate();
        using var started = new SemaphoreSlim(0);
        using var mayEnd = new ManualResetEventSlim(!whileAnotherWrites);

        var other = Task.Run(() => database.Write(t => Hold(t, started, mayEnd), CancellationToken.None));
        await started.WaitAsync();
        if (!whileAnotherWrites)
        {
            await other;
        }
        var works = Enumerable
            .Range(0, 100)
            .Select(i => Record.ExceptionAsync(() => database.Write(t => Add(t, i), CancellationToken.None)).AsTask())
            .ToList();
        mayEnd.Set();
        var failures = await Task.WhenAll(works);

        await other;
        failures.Count(f => f is InvalidOperationException).ShouldBe(33 + 1);
        var kept = await database.Query<string>($"SELECT id FROM protection_keys ORDER BY id", CancellationToken.None);
        kept.ShouldBe(Enumerable.Range(0, 100).Where(i => i % 3 != 0).Select(i => $"{i:000}").Append("held"));

        static async Task<bool> Hold(Transaction transaction, SemaphoreSlim started, ManualResetEventSlim mayEnd)
        {
            await transaction.Execute($"INSERT INTO protection_keys (id, xml, created_ms) VALUES ({"held"}, '', 0)");
            started.Release();
            return mayEnd.Wait(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task On_sqlite_what_fails_to_be_committed_is_nowhere_and_the_next_one_is_written()
    {
        await using var database = Database.Open(null, _folder.FullName);
        database.Migrate();

        // The row's account does not exist, which is looked at when everything is committed.
        await Should.ThrowAsync<Microsoft.Data.Sqlite.SqliteException>(() =>
            database.Write(
                async t =>
                {
                    await t.Execute($"PRAGMA defer_foreign_keys = ON");
                    await t.Execute(
                        $"""
                        INSERT INTO sessions (id, account_id, secret_hash, created_ms, last_seen_ms, expires_ms, address, user_agent)
                        VALUES ('s', 'nobody', x'00', 0, 0, 0, '', '')
                        """
                    );
                    return true;
                },
                CancellationToken.None
            )
        );

        await database.Write(t => Add(t, 1), CancellationToken.None);
        (await database.Query<string>($"SELECT id FROM protection_keys", CancellationToken.None)).ShouldBe(["001"]);
    }

    [Fact]
    public async Task On_sqlite_a_write_that_comes_too_late_is_refused()
    {
        var database = Database.Open(null, _folder.FullName);
        database.Migrate();
        await database.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => database.Write(t => Add(t, 1), CancellationToken.None));
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Values_lists_and_nothing_come_back_as_they_went_in(Engine engine)
    {
        await using var source = await TestDatabase.Create(engine);
        await using var database = Database.Open(source.Url, _folder.FullName);
        database.Migrate();
        var ct = CancellationToken.None;
        var large = new string('x', 200_000);
        foreach (var (id, xml) in new[] { ("a", ""), ("b", large), ("c", "'; DROP TABLE accounts") })
        {
            await database.Execute($"INSERT INTO protection_keys (id, xml, created_ms) VALUES ({id}, {xml}, {5L})", ct);
        }

        (await database.Query<string>($"SELECT xml FROM protection_keys WHERE id IN {new[] { "b", "c" }} ORDER BY id", ct)).ShouldBe([
            large,
            "'; DROP TABLE accounts",
        ]);
        (await database.Query<string>($"SELECT id FROM protection_keys WHERE id IN {Array.Empty<string>()}", ct)).ShouldBeEmpty();
        (await database.QueryOne<long?>($"SELECT MAX(created_ms) FROM protection_keys WHERE id = {"z"}", ct)).ShouldBeNull();
        (await database.QueryOne<bool>($"SELECT created_ms = 5 FROM protection_keys WHERE id = {"a"}", ct)).ShouldBeTrue();
        (await database.QueryOne<string>($"SELECT id FROM protection_keys WHERE id = {"z"}", ct)).ShouldBeNull();
        await Should.ThrowAsync<InvalidOperationException>(() => database.QueryOne<string>($"SELECT id FROM protection_keys", ct));
    }

    [Fact]
    public async Task On_sqlite_nothing_is_written_past_the_queue()
    {
        await using var database = Database.Open(null, _folder.FullName);
        database.Migrate();

        var refused = await Should.ThrowAsync<Microsoft.Data.Sqlite.SqliteException>(() =>
            database.Query<string>($"DELETE FROM accounts RETURNING id", CancellationToken.None)
        );

        refused.Message.ShouldContain("readonly");
        (await database.Query<string>($"SELECT id FROM accounts", CancellationToken.None)).ShouldBeEmpty();
    }

    [Theory, InlineData(Engine.Sqlite), InlineData(Engine.PostgreSql)]
    public async Task Several_processes_may_migrate_at_once(Engine engine)
    {
        await using var source = await TestDatabase.Create(engine);
        await using var first = Database.Open(source.Url, _folder.FullName);
        await using var second = Database.Open(source.Url, _folder.FullName);

        await Task.WhenAll(Task.Run(() => first.Migrate()), Task.Run(() => second.Migrate()));
        first.Migrate();

        (await second.Query<string>($"SELECT id FROM accounts", CancellationToken.None)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        "postgres://ann:p%40ss@db.example.com:5433/hold?sslmode=verify-full",
        "Host=db.example.com;Port=5433;Database=hold;Username=ann;Password=p@ss;SSL Mode=VerifyFull"
    )]
    [InlineData("postgresql://localhost/hold", "Host=localhost;Port=5432;Database=hold")]
    public void An_address_of_postgresql_is_understood(string url, string expected) => PostgresUrl.Parse(url).ShouldBe(expected);

    [Fact]
    public void A_wrong_address_is_refused_without_repeating_its_password()
    {
        Should.Throw<FormatException>(() => PostgresUrl.Parse("mysql://ann:secret@db/x")).Message.ShouldNotContain("secret");
        Should.Throw<FormatException>(() => PostgresUrl.Parse("postgres://ann:secret@db/x?nonsense=1")).Message.ShouldContain("'nonsense'");
    }

    private static async Task<int> Add(Transaction transaction, int i)
    {
        var added = await transaction.Execute($"INSERT INTO protection_keys (id, xml, created_ms) VALUES ({$"{i:000}"}, '', {i})");
        return i % 3 == 0 ? throw new InvalidOperationException("on purpose") : added;
    }
}
