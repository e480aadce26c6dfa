using System.Runtime.CompilerServices;
using System.Text;
using Dapper;

namespace Server.Data;

/// <summary>
/// SQL text whose holes are parameters: <c>$"... WHERE id = {id}"</c>. There is no conversion from <c>string</c>, so concatenated SQL does
/// not compile.
/// </summary>
[InterpolatedStringHandler]
public readonly struct Sql(int literalLength, int holes)
{
    private readonly StringBuilder _text = new(literalLength + holes * 4);
    private readonly DynamicParameters _values = new();
    private readonly StrongBox<int> _count = new();

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted<T>(T value)
    {
        var name = "p" + _count.Value++;
        _text.Append('@').Append(name);
        _values.Add(name, value);
    }

    internal CommandDefinition Command(System.Data.Common.DbTransaction? transaction, CancellationToken ct) =>
        new(_text.ToString(), _values, transaction, cancellationToken: ct);
}
