using System.Text;
using Server.Auth;
using Server.Resources;

namespace Server.Search;

/// <summary>
/// Takes a query apart: terms that must all hold, <c>OR</c>, parentheses, <c>-term</c>, <c>"exact"</c>, <c>field:value</c>, <c>field:</c>,
/// <c>created:&gt;=2026-01-01</c>, <c>modified:[2026-01 to 2026-03]</c>, <c>.tags["a b"]:value</c>.
/// </summary>
public sealed class SearchParser
{
    private const int Longest = 4000;
    private const int Deepest = 50;
    private const int MostTerms = 100;

    private readonly string _text;
    private int _at;
    private int _terms;

    private SearchParser(string text) => _text = text;

    /// <returns>Null for an empty query, which everything fits.</returns>
    /// <exception cref="ApiException">422: it is none.</exception>
    public static SearchTerm? Parse(string? query)
    {
        var text = (query ?? "").Replace('\0', ' ');
        if (text.Length > Longest)
        {
            throw Wrong($"A query has at most {Longest} characters.");
        }
        var parser = new SearchParser(text);
        parser.Space();
        if (parser._at == text.Length)
        {
            return null;
        }
        var term = parser.Either(0);
        return parser._at == text.Length ? term : throw Wrong("There is a ')' without its '('.");
    }

    public static ApiException Wrong(string message) => new(StatusCodes.Status422UnprocessableEntity, "Unprocessable Entity: " + message);

    private SearchTerm Either(int depth)
    {
        var choices = new List<SearchTerm> { Together(depth) };
        while (Takes("OR"))
        {
            choices.Add(Together(depth));
        }
        return choices.Count == 1 ? choices[0] : new SearchTerm.Any(choices);
    }

    private SearchTerm Together(int depth)
    {
        var terms = new List<SearchTerm>();
        for (Space(); _at < _text.Length && _text[_at] != ')' && !Stands("OR"); Space())
        {
            if (!Takes("AND"))
            {
                terms.Add(One(depth));
            }
        }
        return terms.Count switch
        {
            0 => throw Wrong("Something is missing beside an OR, or between parentheses."),
            1 => terms[0],
            _ => new SearchTerm.All(terms),
        };
    }

    private SearchTerm One(int depth)
    {
        if (depth > Deepest || ++_terms > MostTerms)
        {
            throw Wrong($"A query has at most {MostTerms} terms, in {Deepest} parentheses.");
        }
        switch (_text[_at])
        {
            case '-' when _at + 1 < _text.Length && !char.IsWhiteSpace(_text[_at + 1]):
                _at++;
                return new SearchTerm.Not(One(depth + 1));
            case '(':
                _at++;
                var inner = Either(depth + 1);
                return _at++ < _text.Length ? inner : throw Wrong("A '(' has no ')'.");
            case '"':
                return new SearchTerm.Words(Quoted(), Exact: true);
            case '.' when _at + 1 < _text.Length && !char.IsWhiteSpace(_text[_at + 1]):
                return Property();
            default:
                return Field() ?? new SearchTerm.Words(Bare(), Exact: false);
        }
    }

    private SearchTerm? Field()
    {
        var end = _at;
        while (end < _text.Length && (char.IsAsciiLetterLower(_text[end]) || _text[end] == '.'))
        {
            end++;
        }
        if (end == _at || end == _text.Length || _text[end] != ':')
        {
            return null;
        }
        var name = _text[_at..end];
        if (!SearchField.All.Contains(name))
        {
            throw Wrong(
                $"There is no field '{name}'; there are {string.Join(", ", SearchField.All)}. A text with a colon stands between quotes."
            );
        }
        _at = end + 1;
        if (_at < _text.Length && _text[_at] == '[' && SearchField.Ordered.Contains(name))
        {
            return SearchRange.Between(name, Bracket());
        }
        var (value, exact) = Value();
        return SearchField.Ordered.Contains(name) && value.Length > 0
            ? SearchRange.Of(name, value)
            : new SearchTerm.Field(name, value, exact);
    }

    private SearchTerm.Property Property()
    {
        var path = new StringBuilder();
        while (_at < _text.Length && _text[_at] is '.' or '[')
        {
            var step = _text[_at] == '[' ? Index() : Step();
            path.Append(path.Length > 0 && step.Length > 0 ? "." : "").Append(step);
        }
        if (_at < _text.Length && _text[_at] == ':')
        {
            _at++;
            var (value, _) = Value();
            return new(PropertyLines.Normal(path.ToString()), value.Length == 0 ? null : PropertyLines.Normal(value));
        }
        return new(PropertyLines.Normal(path.ToString()), null);
    }

    private string Step()
    {
        var start = ++_at;
        while (_at < _text.Length && _text[_at] is not ('.' or '[' or ':' or ')') && !char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
        return _text[start.._at];
    }

    /// <returns>A name in quotes; nothing for the number of an element, which makes no difference.</returns>
    private string Index()
    {
        _at++;
        var name = _at < _text.Length && _text[_at] == '"' ? Quoted() : "";
        var end = _text.IndexOf(']', _at);
        _at = end < 0 ? throw Wrong("A '[' has no ']'.") : end + 1;
        return name;
    }

    private string Bracket()
    {
        var end = _text.IndexOf(']', _at);
        var inside = end < 0 ? throw Wrong("A '[' has no ']'.") : _text[(_at + 1)..end];
        _at = end + 1;
        return inside;
    }

    private (string Text, bool Exact) Value() => _at < _text.Length && _text[_at] == '"' ? (Quoted(), true) : (Bare(), false);

    private string Bare()
    {
        var start = _at;
        while (_at < _text.Length && _text[_at] is not ')' && !char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
        return _text[start.._at];
    }

    private string Quoted()
    {
        var text = new StringBuilder();
        for (_at++; _at < _text.Length && _text[_at] != '"'; _at++)
        {
            _at += _text[_at] == '\\' && _at + 1 < _text.Length ? 1 : 0;
            text.Append(_text[_at]);
        }
        return _at++ < _text.Length ? text.ToString() : throw Wrong("A quote is not closed.");
    }

    private void Space()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private bool Stands(string word) =>
        _text.AsSpan(_at).StartsWith(word, StringComparison.Ordinal)
        && (_at + word.Length == _text.Length || char.IsWhiteSpace(_text[_at + word.Length]) || _text[_at + word.Length] is '(' or ')');

    private bool Takes(string word)
    {
        Space();
        var stands = Stands(word);
        _at += stands ? word.Length : 0;
        return stands;
    }
}
