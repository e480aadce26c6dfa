using System.Net.Sockets;
using Npgsql;
using NpgsqlTypes;

namespace Cli.Backends.Buckets.Postgres;

/// <summary>A table of the stock CLI's shape: <c>key</c>, <c>data</c> (JSON, <c>{"data":"&lt;base64&gt;"}</c>) and <c>updated_at</c>.</summary>
internal sealed class PostgresBucket : IBucket
{
    private const int Attempts = 4;
    private const string Packed = "('{\"data\":\"' || translate(encode($2, 'base64'), E'\\n', '') || '\"}')::json";

    private readonly Machine machine;
    private readonly NpgsqlDataSource source;
    private readonly string table;
    private readonly string host;

    private PostgresBucket(Machine machine, NpgsqlDataSource source, PostgresAddress address) =>
        (this.machine, this.source, table, host) = (machine, source, address.Table, $"{address.Connection.Host}:{address.Connection.Port}");

    /// <summary>The table is made where there is none.</summary>
    public static async Task<IBucket> Open(Machine machine, string url, CancellationToken ct)
    {
        var address = PostgresAddress.Parse(machine, url);
        var builder = new NpgsqlSlimDataSourceBuilder(address.Connection.ConnectionString);
        builder.EnableTransportSecurity();
        var bucket = new PostgresBucket(machine, builder.Build(), address);
        try
        {
            await bucket.MakeTable(ct);
            return PrefixedBucket.Of(bucket, address.Prefix);
        }
        catch
        {
            await bucket.DisposeAsync();
            throw;
        }
    }

    public async Task<byte[]?> Read(string key, CancellationToken ct) =>
        await Run(
            $"SELECT decode(data ->> 'data', 'base64') FROM {table} WHERE key = $1",
            [Text(key)],
            async command => (byte[]?)await command.ExecuteScalarAsync(ct),
            ct
        );

    public Task Write(string key, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        Run(
            $"INSERT INTO {table} (key, data) VALUES ($1, {Packed}) ON CONFLICT (key) DO UPDATE SET data = excluded.data, updated_at = now()",
            [Text(key), Bytes(content)],
            command => command.ExecuteNonQueryAsync(ct),
            ct
        );

    public async Task<bool> Create(string key, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        await Run(
            $"INSERT INTO {table} (key, data) VALUES ($1, {Packed}) ON CONFLICT (key) DO NOTHING",
            [Text(key), Bytes(content)],
            command => command.ExecuteNonQueryAsync(ct),
            ct
        ) == 1;

    public Task Delete(string key, CancellationToken ct) =>
        Run($"DELETE FROM {table} WHERE key = $1", [Text(key)], command => command.ExecuteNonQueryAsync(ct), ct);

    public Task<IReadOnlyList<BucketEntry>> List(string prefix, CancellationToken ct) =>
        Run<IReadOnlyList<BucketEntry>>(
            $"SELECT key, updated_at FROM {table} WHERE key LIKE $1",
            [Text(Pattern(prefix))],
            async command =>
            {
                var entries = new List<BucketEntry>();
                await using var reader = await command.ExecuteReaderAsync(ct);
                while (await reader.ReadAsync(ct))
                {
                    entries.Add(new(reader.GetString(0), new(reader.GetDateTime(1))));
                }
                return [.. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal)];
            },
            ct
        );

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task MakeTable(CancellationToken ct)
    {
        // Asked first: who may not make tables may still use one that is there.
        var exists = await Run("SELECT to_regclass($1) IS NOT NULL", [Text(table)], async c => (bool)(await c.ExecuteScalarAsync(ct))!, ct);
        if (exists)
        {
            return;
        }
        try
        {
            await Run(
                $"""
                CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, data JSON NOT NULL, updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now());
                CREATE INDEX IF NOT EXISTS {table}_key_prefix_idx ON {table} (key text_pattern_ops);
                """,
                [],
                command => command.ExecuteNonQueryAsync(ct),
                ct
            );
        }
        catch (PostgresException problem) when (IsMadeMeanwhile(problem))
        {
            // Somebody else made it just now.
        }
    }

    private async Task<T> Run<T>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlCommand, Task<T>> run, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var command = source.CreateCommand(sql);
                foreach (var parameter in parameters)
                {
                    command.Parameters.Add(parameter.Clone());
                }
                return await run(command);
            }
            catch (NpgsqlException problem)
                when (problem.IsTransient && attempt < Attempts && problem.InnerException is not SocketException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1 << (attempt - 1)), machine.Clock, ct);
            }
            catch (NpgsqlException problem) when (problem is not PostgresException refused || !IsMadeMeanwhile(refused))
            {
                throw new BucketFaultException(Reason(problem));
            }
        }
    }

    /// <summary>Which of the three it is depends on how far the other one had come: its row in the catalogue, its type, its table.</summary>
    private static bool IsMadeMeanwhile(PostgresException problem) =>
        problem.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.DuplicateTable;

    private string Reason(NpgsqlException problem) =>
        problem switch
        {
            PostgresException
            {
                SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification
            } refused => $"{refused.MessageText}; check user and password in the address, or PGUSER and PGPASSWORD",
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } missing =>
                $"{missing.MessageText}; make it with `createdb`, or correct the address",
            PostgresException refused => $"{refused.MessageText} (SQLSTATE {refused.SqlState})",
            { InnerException: SocketException socket } => $"dial tcp {host}: {socket.Message}",
            _ when problem.Message.Contains("SSL", StringComparison.Ordinal) =>
                $"{problem.Message} If the connection needs no encryption, add ?sslmode=disable to the address",
            _ => problem.InnerException is { } inner ? $"{problem.Message}: {inner.Message}" : problem.Message,
        };

    private static string Pattern(string prefix) =>
        prefix
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal) + "%";

    private static NpgsqlParameter Text(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Bytes(ReadOnlyMemory<byte> value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bytea };
}
