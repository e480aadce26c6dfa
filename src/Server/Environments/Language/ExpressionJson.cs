using System.Text.Json;

namespace Server.Environments.Language;

/// <summary>Expressions as clients read them, who show where a value comes from.</summary>
internal static class ExpressionJson
{
    public static void WriteAll(Utf8JsonWriter writer, Definition definition, bool showSecrets)
    {
        writer.WriteStartObject("exprs");
        foreach (var (key, expression) in definition.Values.Properties)
        {
            writer.WritePropertyName(ValueText.Whole(key));
            Write(writer, expression, showSecrets);
        }
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Expression expression, bool showSecrets)
    {
        writer.WriteStartObject();
        EvaluatedJson.WriteRange(writer, "range", expression.Range);
        switch (expression)
        {
            case LiteralExpression literal:
                writer.WritePropertyName("literal");
                WriteLiteral(writer, literal);
                break;
            case SymbolExpression symbol:
                WritePath(writer, "symbol", symbol.Path, symbol);
                break;
            case InterpolationExpression text:
                WriteInterpolation(writer, text);
                break;
            case ListExpression list:
                writer.WriteStartArray("list");
                foreach (var item in list.Items)
                {
                    Write(writer, item, showSecrets);
                }
                writer.WriteEndArray();
                break;
            case ObjectExpression all:
                WriteObject(writer, all, showSecrets);
                break;
            case CallExpression call:
                WriteCall(writer, call.Name, call.NameRange, () => Write(writer, call.Argument, showSecrets));
                break;
            case SecretExpression secret:
                WriteCall(writer, "fn::secret", secret.NameRange, () => WriteSecret(writer, secret, showSecrets));
                break;
        }
        writer.WriteEndObject();
    }

    private static void WriteLiteral(Utf8JsonWriter writer, LiteralExpression literal) =>
        ValueText.WriteScalar(
            writer,
            literal.Kind switch
            {
                ScalarKind.Null => null,
                ScalarKind.Boolean => literal.Text == "true",
                ScalarKind.Number => new Number(literal.Text),
                _ => literal.Text,
            }
        );

    private static void WriteInterpolation(Utf8JsonWriter writer, InterpolationExpression expression)
    {
        writer.WriteStartArray("interpolate");
        foreach (var part in expression.Parts)
        {
            writer.WriteStartObject();
            writer.WriteString("text", ValueText.Whole(part.Text));
            if (part.Path is { } path)
            {
                WritePath(writer, "value", path, expression);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WritePath(Utf8JsonWriter writer, string name, IReadOnlyList<PathStep> path, Expression expression)
    {
        writer.WriteStartArray(name);
        foreach (var step in path)
        {
            writer.WriteStartObject();
            if (step.Key is { } key)
            {
                writer.WriteString("key", ValueText.Whole(key));
            }
            else
            {
                writer.WriteNumber("index", step.Index);
            }
            EvaluatedJson.WriteRange(writer, "range", expression.Range);
            EvaluatedJson.WriteRange(writer, "value", expression.Range);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private static void WriteObject(Utf8JsonWriter writer, ObjectExpression all, bool showSecrets)
    {
        writer.WriteStartObject("keyRanges");
        foreach (var (key, range) in all.KeyRanges)
        {
            EvaluatedJson.WriteRange(writer, ValueText.Whole(key), range);
        }
        writer.WriteEndObject();
        writer.WriteStartObject("object");
        foreach (var (key, property) in all.Properties)
        {
            writer.WritePropertyName(ValueText.Whole(key));
            Write(writer, property, showSecrets);
        }
        writer.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter writer, string name, Wire.SourceRange nameRange, Action writeArgument)
    {
        writer.WriteStartObject("builtin");
        writer.WriteString("name", name);
        EvaluatedJson.WriteRange(writer, "nameRange", nameRange);
        writer.WriteStartObject("argSchema");
        writer.WriteString("type", "");
        writer.WriteEndObject();
        writer.WritePropertyName("arg");
        writeArgument();
        writer.WriteEndObject();
    }

    private static void WriteSecret(Utf8JsonWriter writer, SecretExpression secret, bool showSecrets)
    {
        writer.WriteStartObject();
        EvaluatedJson.WriteRange(writer, "range", secret.Value.Range);
        writer.WriteString("literal", secret.Encrypted || showSecrets ? ValueText.Whole(secret.Text) : "[secret]");
        writer.WriteEndObject();
    }
}
