using Wire;

namespace Server.Environments.Language;

/// <summary>A definition with what is needed to evaluate it.</summary>
/// <param name="Plaintexts">Of its encrypted secrets, by where they stand; one that does not open is not there.</param>
public sealed record LoadedDefinition(Definition Definition, IReadOnlyDictionary<int, string> Plaintexts)
{
    /// <summary><c>project/name</c></summary>
    public string Name => Definition.Source.Environment;
}

/// <returns>Null both where there is no such environment and where the caller may not open it.</returns>
public delegate Task<LoadedDefinition?> LoadEnvironment(EnvironmentReference reference, CancellationToken ct);

/// <summary>Who evaluates, for <c>${context.pulumi}</c>.</summary>
public sealed record EvaluationCaller(string UserId, string UserLogin, string OrganizationId, string OrganizationLogin);

public sealed record Evaluated(
    Definition Definition,
    Value Root,
    Value Context,
    IReadOnlyList<EnvironmentDiagnostic> Diagnostics,
    bool HasErrors
);

/// <summary>Evaluates an environment with all that it imports, each of them once.</summary>
public sealed class Evaluator(EvaluationCaller caller, LoadEnvironment load)
{
    private const int MostEnvironments = 100;

    private readonly Work _work = new();
    private readonly Dictionary<EnvironmentReference, Value?> _known = [];
    private readonly List<string> _path = [];
    private string _root = "";

    public async Task<Evaluated> Run(LoadedDefinition environment, CancellationToken ct)
    {
        _root = environment.Name;
        var nowhere = environment.Definition.Source.Range(0, 0);
        var root = Value.Empty(nowhere);
        try
        {
            root = await Evaluate(environment, ct);
        }
        catch (EvaluationException problem)
        {
            _work.Diagnostics.Error(problem.Message, problem.Where);
        }
        var found = _work.Diagnostics;
        return new(environment.Definition, root, Context(environment.Name, nowhere), found.All, found.HasErrors);
    }

    private async Task<Value> Evaluate(LoadedDefinition environment, CancellationToken ct)
    {
        var definition = environment.Definition;
        _work.Diagnostics.Take(definition.Diagnostics);
        _path.Add(environment.Name);
        Value? below = null;
        var imports = new SortedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (var import in definition.Imports)
        {
            if (await Import(import.Reference, import.Range, ct) is { } value)
            {
                imports[import.Reference] = value;
                below = import.Merge ? Value.Merge(below, value, _work) : below;
            }
        }
        var roots = new Dictionary<string, Value>
        {
            ["imports"] = Value.Of(imports, definition.Values.Range),
            ["environments"] = await Referred(definition, ct),
            ["context"] = Context(environment.Name, definition.Values.Range),
        };
        var result = new Evaluation(definition, below, roots, environment.Plaintexts, _work).Run();
        _path.RemoveAt(_path.Count - 1);
        return result;
    }

    /// <summary>Those that are named in references: <c>${environments.project.name.…}</c>.</summary>
    private async Task<Value> Referred(Definition definition, CancellationToken ct)
    {
        var projects = new SortedDictionary<string, SortedDictionary<string, Value>>(StringComparer.Ordinal);
        foreach (var (path, where) in definition.References.SelectMany(Paths))
        {
            if (
                path is [{ Key: "environments" }, { Key: { } project }, { Key: { } name }, ..]
                && projects.GetValueOrDefault(project)?.ContainsKey(name) != true
            )
            {
                if (await Import($"{project}/{name}", where, ct) is { } value)
                {
                    projects.TryAdd(project, new(StringComparer.Ordinal));
                    projects[project][name] = value;
                }
            }
        }
        var all = new SortedDictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (project, environments) in projects)
        {
            all[project] = Value.Of(environments, definition.Values.Range);
        }
        return Value.Of(all, definition.Values.Range);
    }

    private static IEnumerable<(IReadOnlyList<PathStep> Path, SourceRange Where)> Paths(Expression expression) =>
        expression switch
        {
            SymbolExpression symbol => [(symbol.Path, symbol.Range)],
            InterpolationExpression text => text.Parts.Where(p => p.Path is not null).Select(p => (p.Path!, text.Range)),
            _ => [],
        };

    private async Task<Value?> Import(string name, SourceRange where, CancellationToken ct)
    {
        if (EnvironmentReference.Parse(name) is not { } reference)
        {
            _work.Diagnostics.Error($"\"{name}\" is no name of an environment, which is project/name or project/name@version", where);
            return null;
        }
        if (_known.TryGetValue(reference, out var known))
        {
            return known;
        }
        if (_path.Contains(reference.FullName))
        {
            _work.Diagnostics.Error($"cyclic import of {reference.FullName}", where);
            return null;
        }
        if (_known.Count >= MostEnvironments)
        {
            throw new EvaluationException($"more than {MostEnvironments} environments are imported", where);
        }
        _known[reference] = null;
        if (await load(reference, ct) is not { } environment)
        {
            _work.Diagnostics.Error($"environment \"{reference}\" not found", where);
            return null;
        }
        return _known[reference] = await Evaluate(environment, ct);
    }

    private Value Context(string current, SourceRange where) =>
        Object(
            where,
            ("currentEnvironment", Object(where, ("name", Value.Of(current, where)))),
            (
                "pulumi",
                Object(
                    where,
                    ("organization", Identity(caller.OrganizationId, caller.OrganizationLogin, where)),
                    ("user", Identity(caller.UserId, caller.UserLogin, where))
                )
            ),
            ("rootEnvironment", Object(where, ("name", Value.Of(_root, where))))
        );

    private static Value Identity(string id, string login, SourceRange where) =>
        Object(where, ("id", Value.Of(id, where)), ("login", Value.Of(login, where)));

    private static Value Object(SourceRange where, params (string Key, Value Value)[] properties) =>
        Value.Of(new SortedDictionary<string, Value>(properties.ToDictionary(p => p.Key, p => p.Value), StringComparer.Ordinal), where);
}
