using Wire;

namespace Server.Environments.Language;

/// <summary>
/// Evaluates the values of one definition over what it imports. Values refer to each other in any order, so each is evaluated when it is first asked for.
/// </summary>
/// <param name="below">What it imports, merged; null if nothing.</param>
/// <param name="roots">What references may begin with besides values: <c>imports</c>, <c>environments</c>, <c>context</c>.</param>
/// <param name="plaintexts">Of the encrypted secrets, by where they stand.</param>
internal sealed class Evaluation(
    Definition definition,
    Value? below,
    IReadOnlyDictionary<string, Value> roots,
    IReadOnlyDictionary<int, string> plaintexts,
    Work work
)
{
    private const int DeepestReference = 200;

    private readonly Node _root = new(definition.Values, below);
    private int _depth;

    public Value Run() => Evaluate(_root);

    /// <summary>An expression and what it lies over.</summary>
    private sealed class Node(Expression expression, Value? below)
    {
        private readonly Dictionary<PathStep, Node> _children = [];

        public Expression Expression => expression;
        public Value? Below => below;
        public Value? Value { get; set; }
        public bool Running { get; set; }

        /// <returns>Null if the expression itself has no such part.</returns>
        public Node? Child(PathStep step)
        {
            if (_children.TryGetValue(step, out var known))
            {
                return known;
            }
            var child =
                step.Key is { } key && expression is ObjectExpression { Properties: var all } && all.TryGetValue(key, out var property)
                    ? new Node(property, below?.Properties?.GetValueOrDefault(key))
                : step.Key is null && expression is ListExpression { Items: var items } && step.Index < items.Count
                    ? new Node(items[step.Index], null)
                : null;
            return child is null ? null : _children[step] = child;
        }
    }

    private Value Evaluate(Node node)
    {
        if (node.Value is { } known)
        {
            return known;
        }
        var where = node.Expression.Range;
        if (node.Running)
        {
            work.Diagnostics.Error("cyclic reference", where);
            return Value.NotKnown(where);
        }
        if (++_depth > DeepestReference)
        {
            throw new EvaluationException($"references lead on more than {DeepestReference} times", where);
        }
        node.Running = true;
        var value = Value.Merge(node.Below, Own(node), work);
        node.Running = false;
        _depth--;
        return node.Value = value;
    }

    private Value Own(Node node)
    {
        var where = node.Expression.Range;
        work.Charge(1, where);
        switch (node.Expression)
        {
            case LiteralExpression literal:
                return Literal(literal);
            case SecretExpression secret:
                return Secret(secret);
            case SymbolExpression symbol:
                return Resolve(symbol.Path, where).At(where);
            case InterpolationExpression text:
                return Interpolated(text);
            case ListExpression list:
                return Value.Of([.. list.Items.Select((_, i) => Evaluate(node.Child(new(null, i))!))], where);
            case ObjectExpression all:
                var properties = new SortedDictionary<string, Value>(StringComparer.Ordinal);
                foreach (var key in all.Properties.Keys)
                {
                    properties[key] = Evaluate(node.Child(new(key, 0))!);
                }
                return Value.Of(properties, where);
            case CallExpression call:
                return Functions.Call(call, Evaluate(new(call.Argument, null)), work);
            default:
                throw new InvalidOperationException(node.Expression.GetType().Name);
        }
    }

    private static Value Literal(LiteralExpression literal) =>
        Value.Of(
            literal.Kind switch
            {
                ScalarKind.Null => null,
                ScalarKind.Boolean => literal.Text == "true",
                ScalarKind.Number => new Number(literal.Text),
                _ => literal.Text,
            },
            literal.Range
        );

    private Value Secret(SecretExpression secret)
    {
        if (!secret.Encrypted)
        {
            return Value.Of(secret.Text, secret.Range).AsSecret();
        }
        if (plaintexts.TryGetValue(secret.Value.Begin, out var plaintext))
        {
            return Value.Of(plaintext, secret.Range).AsSecret();
        }
        work.Diagnostics.Error("this ciphertext was not encrypted for this environment, or has been changed since", secret.Value.Range);
        return Value.NotKnown(secret.Range).AsSecret();
    }

    private Value Interpolated(InterpolationExpression expression)
    {
        var (text, secret, unknown) = (new System.Text.StringBuilder(), false, false);
        foreach (var part in expression.Parts)
        {
            text.Append(part.Text);
            if (part.Path is { } path)
            {
                var value = Resolve(path, expression.Range);
                (secret, unknown) = (secret || value.HasSecret, unknown || value.HasUnknown);
                text.Append(value.HasUnknown ? "" : ValueText.Of(value));
            }
            work.Charge(text.Length, expression.Range);
        }
        return (unknown ? Value.NotKnown(expression.Range) : Value.Of(text.ToString(), expression.Range)).AsSecret(secret);
    }

    private Value Resolve(IReadOnlyList<PathStep> path, SourceRange where)
    {
        if (path[0].Key is { } first && roots.TryGetValue(first, out var root))
        {
            return ValuePath.Follow(root, path, 1, where, work.Diagnostics);
        }
        var node = _root;
        for (var i = 0; i < path.Count; i++)
        {
            if (node.Child(path[i]) is { } child)
            {
                node = child;
                continue;
            }
            var value = node.Expression switch
            {
                ObjectExpression => node.Below ?? Value.Empty(where), // what it has itself was no child
                ListExpression => Value.Empty(where),
                _ => Evaluate(node),
            };
            return ValuePath.Follow(value, path, i, where, work.Diagnostics);
        }
        return Evaluate(node);
    }
}
