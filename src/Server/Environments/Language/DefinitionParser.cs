using Wire;

namespace Server.Environments.Language;

/// <summary>Makes expressions of YAML. What is wrong becomes a diagnostic, and the rest is read all the same.</summary>
internal sealed class DefinitionParser(SourceText source)
{
    private static readonly string[] Reserved = ["imports", "context", "environments"];

    private readonly Diagnostics _diagnostics = new();
    private readonly Dictionary<int, SecretExpression> _secrets = []; // by where they stand: an alias repeats one
    private readonly List<CallExpression> _calls = [];
    private readonly List<Expression> _references = [];

    public Definition Parse()
    {
        var nowhere = source.Range(0, 0);
        var (description, imports, values) = (
            "",
            new List<Import>(),
            new ObjectExpression(nowhere, Empty(), new Dictionary<string, SourceRange>())
        );
        foreach (var (key, value) in Entries(YamlReader.Read(source, _diagnostics), "a definition"))
        {
            switch (key.Text)
            {
                case "description":
                    description = (value as YamlScalar)?.Text ?? Wrong("", "description must be a string", value);
                    break;
                case "imports":
                    imports = Imports(value);
                    break;
                case "values":
                    values = Values(value);
                    break;
                default:
                    _diagnostics.Error($"unknown key \"{key.Text}\": a definition has description, imports and values", key.Range);
                    break;
            }
        }
        return new(source, description, imports, values, [.. _secrets.Values], _calls, _references, _diagnostics);
    }

    private static Dictionary<string, Expression> Empty() => [];

    private IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> Entries(YamlNode? node, string what) =>
        Target(node) switch
        {
            null or YamlScalar { Kind: ScalarKind.Null } => [],
            YamlMapping mapping => mapping.Entries,
            _ => Wrong<IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>>>([], $"{what} must be an object", node!),
        };

    private List<Import> Imports(YamlNode node) =>
        Target(node) switch
        {
            YamlScalar { Kind: ScalarKind.Null } => [],
            YamlSequence list => [.. list.Items.Select(Import).OfType<Import>()],
            _ => Wrong<List<Import>>([], "imports must be a list", node),
        };

    private Import? Import(YamlNode node)
    {
        switch (Target(node))
        {
            case YamlScalar { Kind: ScalarKind.String } name:
                return new(name.Text, true, name.Range);
            case YamlMapping { Entries: [var (name, options)] }:
                return new(name.Text, Merges(options), name.Range);
            default:
                return Wrong<Import?>(null, "an import is the name of an environment, or an object with one and its options", node);
        }
    }

    private bool Merges(YamlNode options)
    {
        var merge = true;
        foreach (var (key, value) in Entries(options, "the options of an import"))
        {
            merge = (key.Text, Target(value)) switch
            {
                ("merge", YamlScalar { Kind: ScalarKind.Boolean } flag) => flag.Text == "true",
                ("merge", _) => Wrong(merge, "merge is true or false", value),
                _ => Wrong(merge, $"unknown option \"{key.Text}\": an import has merge", key),
            };
        }
        return merge;
    }

    private ObjectExpression Values(YamlNode node)
    {
        foreach (var (key, _) in Target(node) is YamlMapping mapping ? mapping.Entries : [])
        {
            if (Reserved.Contains(key.Text))
            {
                _diagnostics.Error($"\"{key.Text}\" is reserved and cannot be a value's name", key.Range);
            }
        }
        return Target(node) switch
        {
            YamlScalar { Kind: ScalarKind.Null } => new(node.Range, Empty(), new Dictionary<string, SourceRange>()),
            YamlMapping values when Expression(values) is ObjectExpression all => all,
            _ => Wrong(new ObjectExpression(node.Range, Empty(), new Dictionary<string, SourceRange>()), "values must be an object", node),
        };
    }

    private Expression Expression(YamlNode node) =>
        node switch
        {
            YamlAlias alias => Expression(alias.Target),
            YamlScalar { Kind: ScalarKind.String } text => Noted(Interpolation.Parse(text.Text, text.Range, _diagnostics)),
            YamlScalar scalar => new LiteralExpression(scalar.Range, scalar.Text, scalar.Kind),
            YamlSequence list => new ListExpression(list.Range, [.. list.Items.Select(Expression)]),
            YamlMapping { Entries: [var (name, argument)] } call when IsFunction(name.Text) => Call(call, name, argument),
            YamlMapping mapping => Object(mapping),
            _ => throw new InvalidOperationException(node.GetType().Name),
        };

    private Expression Noted(Expression expression)
    {
        if (expression is SymbolExpression or InterpolationExpression)
        {
            _references.Add(expression);
        }
        return expression;
    }

    private ObjectExpression Object(YamlMapping mapping)
    {
        var (properties, ranges) = (Empty(), new Dictionary<string, SourceRange>(StringComparer.Ordinal));
        foreach (var (key, value) in mapping.Entries)
        {
            if (IsFunction(key.Text))
            {
                _diagnostics.Error($"the call of {key.Text} must be the only key of its object", key.Range);
            }
            properties[key.Text] = Expression(value);
            ranges[key.Text] = key.Range;
        }
        return new(mapping.Range, properties, ranges);
    }

    private Expression Call(YamlMapping node, YamlScalar name, YamlNode argument)
    {
        if (name.Text == "fn::secret")
        {
            return Secret(node, name, argument) ?? (Expression)new LiteralExpression(node.Range, "null", ScalarKind.Null);
        }
        var call = new CallExpression(node.Range, name.Text, name.Range, Expression(argument));
        if (!Functions.IsKnown(name.Text))
        {
            _diagnostics.Error(Functions.Unknown(name.Text), name.Range);
        }
        _calls.Add(call);
        return call;
    }

    /// <summary>Its text is taken as it is, so that a password may contain <c>${</c>.</summary>
    /// <returns>Null if it is written as none can be.</returns>
    private SecretExpression? Secret(YamlMapping node, YamlScalar name, YamlNode value)
    {
        var (text, encrypted) = value switch
        {
            YamlScalar { Anchored: false } plaintext => (plaintext.Text, false),
            YamlMapping { Anchored: false, Entries: [({ Text: "ciphertext" }, YamlScalar { Anchored: false } ciphertext)] } => (
                ciphertext.Text,
                true
            ),
            _ => (null, false),
        };
        if (text is null)
        {
            _diagnostics.Error("a secret is a string without anchors and aliases, or an object with its ciphertext", value.Range);
            return null;
        }
        var secret = new SecretExpression(node.Range, name.Range, text, encrypted, value, node.Flow, name.Range.Begin.Column - 1);
        return _secrets[value.Begin] = secret;
    }

    private static bool IsFunction(string key) => key.StartsWith("fn::", StringComparison.Ordinal);

    private static YamlNode? Target(YamlNode? node) => node is YamlAlias alias ? Target(alias.Target) : node;

    private T Wrong<T>(T instead, string summary, YamlNode where)
    {
        _diagnostics.Error(summary, where.Range);
        return instead;
    }
}
