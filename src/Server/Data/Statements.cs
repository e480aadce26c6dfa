using System.Data.Common;

namespace Server.Data;

/// <summary>
/// The statements of one connection. Each text is prepared once and then used again with other values; on SQLite, preparing is most of what a small
/// query costs.
/// </summary>
internal sealed class Statements(DbConnection connection) : IDisposable
{
    private const int Most = 300;

    /// <summary>A statement that carried more than this is not kept, since its connection would hold on to the value.</summary>
    private const int LargestValue = 64 * 1024;

    private readonly Dictionary<string, DbCommand> _kept = new(StringComparer.Ordinal);

    public Use Of(Sql sql, DbTransaction? transaction)
    {
        var text = sql.Text;
        if (!_kept.TryGetValue(text, out var command))
        {
            if (_kept.Count == Most)
            {
                Dispose();
            }
            _kept[text] = command = Create(text, sql.Values.Count);
        }
        for (var i = 0; i < sql.Values.Count; i++)
        {
            command.Parameters[i].Value = sql.Values[i] ?? DBNull.Value;
        }
        command.Transaction = transaction;
        return new(this, command);
    }

    public void Dispose()
    {
        foreach (var command in _kept.Values)
        {
            command.Dispose();
        }
        _kept.Clear();
    }

    private DbCommand Create(string text, int parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Sql has made every value a parameter
        command.CommandText = text;
#pragma warning restore CA2100
        for (var i = 0; i < parameters; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = Sql.Parameter(i);
            command.Parameters.Add(parameter);
        }
        return command;
    }

    /// <summary>A statement while it runs. Afterwards it lets go of its values.</summary>
    public readonly struct Use(Statements owner, DbCommand command) : IDisposable
    {
        public DbCommand Command => command;

        public void Dispose()
        {
            var large = false;
            foreach (DbParameter parameter in command.Parameters)
            {
                large |= parameter.Value is byte[] { Length: > LargestValue } or string { Length: > LargestValue };
                parameter.Value = DBNull.Value;
            }
            if (large && owner._kept.Remove(command.CommandText))
            {
                command.Dispose();
            }
        }
    }
}
