using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Server.Data;

/// <summary>
/// SQL text whose holes are parameters: <c>$"... WHERE id = {id}"</c>, or a list of them: <c>$"... WHERE id IN {ids}"</c>, or rows: <c>$"INSERT … VALUES {rows}"</c>, or a part
/// that is SQL itself. There is no
/// conversion from <c>string</c>, so concatenated SQL does not compile.
/// </summary>
[InterpolatedStringHandler]
public readonly struct Sql(int literalLength, int holes)
{
    private readonly StringBuilder _text = new(literalLength + holes * 4);
    private readonly List<object?> _values = new(holes);

    internal string Text => _text.ToString();
    internal IReadOnlyList<object?> Values => _values;

    public void AppendLiteral(string text) => _text.Append(text);

    public void AppendFormatted<T>(T value)
    {
        if (value is Sql part)
        {
            Append(part);
        }
        else if (value is IReadOnlyList<object[]> rows)
        {
            for (var i = 0; i < rows.Count; i++)
            {
                _text.Append(i > 0 ? ", " : "");
                AppendFormatted(rows[i].AsEnumerable());
            }
        }
        else if (value is IEnumerable list and not (string or byte[]))
        {
            _text.Append('(');
            var before = _values.Count;
            foreach (var item in list)
            {
                _text.Append(_values.Count > before ? ", " : "");
                Add(item);
            }
            _text.Append(_values.Count > before ? ")" : "NULL)"); // nothing is IN an empty list
        }
        else
        {
            Add(value);
        }
    }

    /// <summary>A condition that was put together before: its parameters follow those that are here already.</summary>
    private void Append(Sql part)
    {
        var (text, used, hole) = (part.Text, 0, 0);
        for (var at = text.IndexOf("@p", StringComparison.Ordinal); at >= 0; at = text.IndexOf("@p", used, StringComparison.Ordinal))
        {
            _text.Append(text.AsSpan(used, at - used));
            Add(part._values[hole]);
            used = at + Parameter(hole++).Length;
        }
        _text.Append(text.AsSpan(used));
    }

    /// <summary>The name of a table or column that no program text names.</summary>
    internal static Sql Name(string name)
    {
        var quoted = new Sql(name.Length + 2, 0);
        quoted.AppendLiteral($"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        return quoted;
    }

    public override string ToString() => Text;

    internal static string Parameter(int index) => "@p" + index.ToString(CultureInfo.InvariantCulture);

    private void Add(object? value)
    {
        _text.Append(Parameter(_values.Count));
        _values.Add(value);
    }
}
