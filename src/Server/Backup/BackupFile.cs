using System.IO.Compression;
using System.Text.Json;
using Server.Data;
using Server.Settings;

namespace Server.Backup;

/// <summary>
/// A copy of a whole store that fits either engine: lines of JSON, packed with gzip. The first says what it is; then each table has a line with its name
/// and columns and one for each row, an array of its values (bytes in base64); the last counts the rows. docs/operations.md
/// </summary>
internal static class BackupFile
{
    public const int Format = 1;

    private static readonly JsonWriterOptions Compact = new() { SkipValidation = true };

    /// <returns>How many rows it has.</returns>
    public static async Task<long> Write(Database database, Stream target, DateTimeOffset now, CancellationToken ct)
    {
        var migrations = await database.MigrationsRun(ct);
        await using var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true);
        await using var json = new Utf8JsonWriter(gzip, Compact);
        json.WriteStartObject();
        json.WriteNumber("holdfastBackup", Format);
        json.WriteString("created", now);
        Strings(json, "migrations", migrations);
        json.WriteEndObject();
        await EndLine(json, gzip, ct);
        var rows = await database.Read(transaction => Write(database, transaction, json, gzip, ct), ct);
        json.WriteStartObject();
        json.WriteNumber("rows", rows);
        json.WriteEndObject();
        await EndLine(json, gzip, ct);
        return rows;
    }

    /// <summary>Fills a store that has nothing in it: wholly, or not at all.</summary>
    /// <exception cref="SettingsException">It is no backup, a damaged one, or one of a newer program; or the store has something in it.</exception>
    public static async Task<long> Read(Database database, Stream source, CancellationToken ct)
    {
        await using var gzip = new GZipStream(source, CompressionMode.Decompress, leaveOpen: true);
        using var lines = new StreamReader(gzip);
        try
        {
            using var head = await Next(lines, ct);
            await Migrate(database, head.RootElement, ct);
            var rows = await database.Write(transaction => Fill(database, transaction, lines, ct), ct);
            database.Migrate();
            return rows;
        }
        catch (Exception problem)
            when (problem is InvalidDataException or JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new SettingsException($"This is no backup of Holdfast, or it is damaged: {problem.Message}\nNothing was restored.");
        }
        catch (System.Data.Common.DbException problem)
        {
            throw new SettingsException($"The database did not take it: {problem.Message}\nNothing was restored.");
        }
    }

    private static async Task<long> Write(
        Database database,
        Transaction transaction,
        Utf8JsonWriter json,
        Stream target,
        CancellationToken ct
    )
    {
        var rows = 0L;
        foreach (var table in await Tables.All(database, transaction))
        {
            json.WriteStartObject();
            json.WriteString("table", table.Name);
            Strings(json, "columns", table.Columns.Select(c => c.Name));
            json.WriteEndObject();
            await EndLine(json, target, ct);
            await Tables.Read(
                transaction,
                table,
                async row =>
                {
                    WriteRow(json, table, row);
                    await EndLine(json, target, ct);
                    rows++;
                }
            );
        }
        return rows;
    }

    private static void WriteRow(Utf8JsonWriter json, Table table, object?[] row)
    {
        json.WriteStartArray();
        for (var i = 0; i < row.Length; i++)
        {
            switch (row[i])
            {
                case null:
                    json.WriteNullValue();
                    break;
                case byte[] bytes:
                    json.WriteBase64StringValue(bytes);
                    break;
                case string text:
                    json.WriteStringValue(text);
                    break;
                case var number when table.Columns[i].Type == "boolean":
                    json.WriteBooleanValue(Convert.ToBoolean(number, System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case var number:
                    json.WriteNumberValue(Convert.ToInt64(number, System.Globalization.CultureInfo.InvariantCulture));
                    break;
            }
        }
        json.WriteEndArray();
    }

    /// <summary>To where the store that was copied was, so that its rows fit.</summary>
    private static async Task Migrate(Database database, JsonElement head, CancellationToken ct)
    {
        if (head.ValueKind != JsonValueKind.Object || !head.TryGetProperty("holdfastBackup", out var format))
        {
            throw new InvalidDataException("its first line is not that of one.");
        }
        var ran = head.GetProperty("migrations").EnumerateArray().Select(m => m.GetString()!).ToList();
        if (format.GetInt32() != Format || ran.Except(Migrations.All).FirstOrDefault() is not null)
        {
            throw new SettingsException("This backup was made by a newer Holdfast. Restore it with that one, or a later one.");
        }
        database.Migrate(ran);
        if ((await database.MigrationsRun(ct)).Except(ran).Any())
        {
            throw new SettingsException(
                "This store was made by a newer Holdfast than the backup. Restore into a new data folder (--data DIR) or an empty database (--database URL)."
            );
        }
    }

    private static async Task<long> Fill(Database database, Transaction transaction, StreamReader lines, CancellationToken ct)
    {
        var tables = await Tables.All(database, transaction);
        foreach (var table in tables)
        {
            if (!await Tables.IsEmpty(transaction, table))
            {
                throw new SettingsException(
                    $"There is something in this store already (in its table {table.Name}). Restore into a new data folder (--data DIR) or an empty database (--database URL)."
                );
            }
        }
        var (rows, into) = (0L, default(Table));
        while (true)
        {
            using var line = await Next(lines, ct);
            var content = line.RootElement;
            if (content.ValueKind == JsonValueKind.Array)
            {
                if (content.GetArrayLength() != into?.Columns.Count)
                {
                    throw new InvalidDataException("a row is not one of its table.");
                }
                await Tables.Insert(transaction, into, [.. into.Columns.Zip(content.EnumerateArray(), Value)]);
                rows++;
            }
            else if (content.TryGetProperty("rows", out var count))
            {
                return count.GetInt64() == rows && await lines.ReadLineAsync(ct) is null
                    ? rows
                    : throw new InvalidDataException($"{count} rows were written, and not what is there.");
            }
            else
            {
                into = Target(tables, content);
            }
        }
    }

    private static Table Target(List<Table> tables, JsonElement line)
    {
        var known = tables.Single(t => t.Name == line.GetProperty("table").GetString());
        return known with
        {
            Columns =
            [
                .. line.GetProperty("columns").EnumerateArray().Select(name => known.Columns.Single(c => c.Name == name.GetString())),
            ],
        };
    }

    private static object? Value(Column column, JsonElement value) =>
        value.ValueKind == JsonValueKind.Null
            ? null
            : column.Type switch
            {
                "bytea" => value.GetBytesFromBase64(),
                "boolean" => value.GetBoolean(),
                "bigint" => value.GetInt64(),
                _ => value.GetString(),
            };

    private static async Task<JsonDocument> Next(StreamReader lines, CancellationToken ct) =>
        JsonDocument.Parse(await lines.ReadLineAsync(ct) ?? throw new InvalidDataException("it ends in the middle."));

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }
        json.WriteEndArray();
    }

    private static async Task EndLine(Utf8JsonWriter json, Stream target, CancellationToken ct)
    {
        await json.FlushAsync(ct);
        json.Reset();
        await target.WriteAsync("\n"u8.ToArray(), ct);
    }
}
