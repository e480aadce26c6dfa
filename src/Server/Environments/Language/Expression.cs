using Wire;

namespace Server.Environments.Language;

/// <summary>What stands in <c>values</c>.</summary>
public abstract record Expression(SourceRange Range);

/// <param name="Text">As JSON has it; a string as it is.</param>
public sealed record LiteralExpression(SourceRange Range, string Text, ScalarKind Kind) : Expression(Range);

/// <summary>Text with holes.</summary>
public sealed record InterpolationExpression(SourceRange Range, IReadOnlyList<InterpolationPart> Parts) : Expression(Range);

/// <param name="Text">What stands before the hole.</param>
/// <param name="Path">Null after the last one.</param>
public sealed record InterpolationPart(string Text, IReadOnlyList<PathStep>? Path);

/// <summary>A reference that is all there is: its value may be anything.</summary>
public sealed record SymbolExpression(SourceRange Range, IReadOnlyList<PathStep> Path) : Expression(Range);

public sealed record ListExpression(SourceRange Range, IReadOnlyList<Expression> Items) : Expression(Range);

public sealed record ObjectExpression(
    SourceRange Range,
    IReadOnlyDictionary<string, Expression> Properties,
    IReadOnlyDictionary<string, SourceRange> KeyRanges
) : Expression(Range);

/// <param name="Name">With <c>fn::</c>.</param>
public sealed record CallExpression(SourceRange Range, string Name, SourceRange NameRange, Expression Argument) : Expression(Range);

/// <summary><c>fn::secret</c></summary>
/// <param name="Text">The plaintext, or the ciphertext as it stands there.</param>
/// <param name="Value">The node that holds it.</param>
/// <param name="Flow">Does it stand between braces?</param>
public sealed record SecretExpression(
    SourceRange Range,
    SourceRange NameRange,
    string Text,
    bool Encrypted,
    YamlNode Value,
    bool Flow,
    int Indent
) : Expression(Range);
