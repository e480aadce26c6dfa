using Wire;

namespace Server.Environments.Language;

/// <summary>A number as JSON writes it.</summary>
public readonly record struct Number(string Text);

/// <summary>What an expression is worth. <see cref="ToString"/> of a secret does not tell.</summary>
public sealed class Value
{
    /// <summary>Deeper ones cannot be written as JSON that everybody reads.</summary>
    private const int Deepest = 64;

    /// <summary>Roughly bytes: references repeat what they refer to, and a few lines can double it again and again.</summary>
    private const long Heaviest = 4 * 1024 * 1024;

    /// <summary>Each value is written with where it stands.</summary>
    private const int Envelope = 64;

    private readonly bool _secretInside;
    private readonly bool _unknownInside;

    private Value(object? content, SourceRange where, long weight, int depth, bool secretInside = false, bool unknownInside = false)
    {
        if (weight > Heaviest)
        {
            throw new EvaluationException($"the value is too large: more than {Heaviest / 1024 / 1024} MiB", where);
        }
        if (depth > Deepest)
        {
            throw new EvaluationException($"the value is nested more than {Deepest} levels deep", where);
        }
        (Content, Where, Weight, Depth) = (content, where, weight, depth);
        (_secretInside, _unknownInside) = (secretInside, unknownInside);
    }

    /// <summary>Null, <see cref="bool"/>, <see cref="Number"/>, <see cref="string"/>, <see cref="Items"/> or <see cref="Properties"/>.</summary>
    public object? Content { get; }

    public SourceRange Where { get; }
    public bool Secret { get; private init; }
    public bool Unknown { get; private init; }

    /// <summary>Nobody who imports it may replace it.</summary>
    public bool Final { get; private init; }

    public IReadOnlyList<Value>? Items => Content as IReadOnlyList<Value>;
    public IReadOnlyDictionary<string, Value>? Properties => Content as IReadOnlyDictionary<string, Value>;

    private long Weight { get; }
    private int Depth { get; }

    public static Value Of(object? scalar, SourceRange where) =>
        new(
            scalar,
            where,
            scalar switch
            {
                string text => Envelope + text.Length,
                Number number => Envelope + number.Text.Length,
                _ => Envelope,
            },
            0
        );

    public static Value Of(IReadOnlyList<Value> items, SourceRange where) =>
        new(
            items,
            where,
            Envelope + items.Sum(i => i.Weight),
            items.Count == 0 ? 0 : 1 + items.Max(i => i.Depth),
            items.Any(i => i.HasSecret),
            items.Any(i => i.HasUnknown)
        );

    public static Value Of(SortedDictionary<string, Value> properties, SourceRange where) =>
        new(
            properties,
            where,
            Envelope + properties.Sum(p => p.Key.Length + p.Value.Weight),
            properties.Count == 0 ? 0 : 1 + properties.Values.Max(v => v.Depth),
            properties.Values.Any(v => v.HasSecret),
            properties.Values.Any(v => v.HasUnknown)
        );

    /// <summary>An object without properties.</summary>
    public static Value Empty(SourceRange where) => Of(new SortedDictionary<string, Value>(StringComparer.Ordinal), where);

    public static Value NotKnown(SourceRange where) => new(null, where, Envelope, 0) { Unknown = true };

    public Value At(SourceRange where) => With(where, Secret, Final);

    public Value AsSecret(bool secret = true) => secret && !Secret ? With(Where, true, Final) : this;

    public Value AsFinal() => With(Where, Secret, true);

    public bool HasSecret => Secret || _secretInside;

    public bool HasUnknown => Unknown || _unknownInside;

    /// <summary>Objects are merged; anything else takes the place of what was below.</summary>
    public static Value Merge(Value? below, Value above, Work work)
    {
        if (below is null)
        {
            return above;
        }
        if (below.Final)
        {
            work.Diagnostics.Warning("the value below is final and stays as it is", above.Where);
            return below;
        }
        if (below.Properties is not { } old || above.Properties is not { } young)
        {
            return above;
        }
        work.Charge(old.Count + young.Count, above.Where);
        var merged = new SortedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (key, value) in old)
        {
            merged[key] = value;
        }
        foreach (var (key, value) in young)
        {
            merged[key] = Merge(old.GetValueOrDefault(key), value, work);
        }
        return Of(merged, above.Where).With(above.Where, below.Secret || above.Secret, above.Final);
    }

    public override string ToString() =>
        Secret ? "[secret]"
        : Unknown ? "[unknown]"
        : ValueText.Of(this);

    private Value With(SourceRange where, bool secret, bool final) =>
        new(Content, where, Weight, Depth, _secretInside, _unknownInside)
        {
            Secret = secret,
            Unknown = Unknown,
            Final = final,
        };
}

/// <summary>An evaluation ends here.</summary>
public sealed class EvaluationException(string summary, SourceRange where) : Exception(summary)
{
    public SourceRange Where { get; } = where;
}
