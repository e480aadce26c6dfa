using Wire;

namespace Server.Environments.Language;

/// <summary>Parts of values.</summary>
public static class ValuePath
{
    /// <param name="from">The step to begin with.</param>
    public static Value Follow(Value value, IReadOnlyList<PathStep> path, int from, SourceRange where, Diagnostics diagnostics)
    {
        if (Find(value, path, from, out var missing) is { } found)
        {
            return found;
        }
        diagnostics.Error(Missing(path, missing), where);
        return Value.NotKnown(where);
    }

    /// <summary>What is part of a secret is one. What is part of something unknown is unknown.</summary>
    /// <param name="missing">The step that led nowhere.</param>
    public static Value? Find(Value value, IReadOnlyList<PathStep> path, int from, out int missing)
    {
        var secret = value.Secret;
        for (missing = from; missing < path.Count && !value.Unknown; missing++)
        {
            var step = path[missing];
            var next = step.Key is { } key ? value.Properties?.GetValueOrDefault(key) : value.Items?.ElementAtOrDefault(step.Index);
            if (next is null)
            {
                return null;
            }
            value = next;
            secret |= value.Secret;
        }
        return value.AsSecret(secret);
    }

    internal static string Missing(IReadOnlyList<PathStep> path, int step) =>
        step == 0
            ? $"unknown property \"{path[0].Key}\""
            : $"unknown property {path[step].ToString().TrimStart('.')} of {PropertyPath.Text(path.Take(step))}";
}
