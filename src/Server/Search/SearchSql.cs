using Server.Data;

namespace Server.Search;

/// <summary>Queries as conditions on the index: <c>r</c> is a resource, <c>s</c> its stack, <c>i</c> what of the stack is indexed.</summary>
internal static class SearchSql
{
    /// <param name="term">Null: everything fits.</param>
    public static Sql Of(SearchTerm? term) =>
        term switch
        {
            null => $"TRUE",
            SearchTerm.All all => Join(all.Terms, and: true),
            SearchTerm.Any any => Join(any.Terms, and: false),
            SearchTerm.Not not => $"NOT ({Of(not.Term)})",
            SearchTerm.Words words => Words(words),
            SearchTerm.Field field => SearchField.Flags.Contains(field.Name) ? Flag(field) : Text(field),
            SearchTerm.Range range => Range(range),
            SearchTerm.Property property => Property(property),
            _ => throw new ArgumentOutOfRangeException(nameof(term)),
        };

    /// <summary>What a field is in the tables.</summary>
    public static Sql Column(string field) =>
        field switch
        {
            "created" => $"r.created_ms",
            "custom" => $"r.custom",
            "delete" => $"r.is_deleted",
            "external" => $"r.external",
            "id" => $"r.physical_id",
            "modified" => $"r.modified_ms",
            "name" => $"r.name",
            "package" => $"r.package",
            "parent.urn" => $"r.parent",
            "pending" => $"r.pending",
            "project" => $"s.project",
            "protected" => $"r.protect",
            "provider.urn" => $"r.provider",
            "stack" => $"s.name",
            "type" or "module" => $"r.type",
            "urn" => $"r.urn",
            "version" => $"i.version",
            _ => $"''", // of what there is none: categories; a stack has many teams
        };

    private static Sql Join(IReadOnlyList<SearchTerm> terms, bool and)
    {
        Sql joined = $"({Of(terms[0])})";
        foreach (var term in terms.Skip(1))
        {
            joined = and ? (Sql)$"{joined} AND ({Of(term)})" : $"{joined} OR ({Of(term)})";
        }
        return joined;
    }

    private static Sql Words(SearchTerm.Words words)
    {
        if (words.Exact)
        {
            var text = words.Text.ToLowerInvariant();
            return $"(LOWER(r.name) = {text} OR LOWER(r.type) = {text} OR LOWER(r.urn) = {text} OR LOWER(r.physical_id) = {text} OR LOWER(r.package) = {text} OR LOWER(s.project) = {text} OR LOWER(s.name) = {text})";
        }
        var pattern = Like.Containing(words.Text);
        return $"(LOWER(r.urn) LIKE {pattern} ESCAPE '!' OR LOWER(r.physical_id) LIKE {pattern} ESCAPE '!' OR LOWER(s.project) LIKE {pattern} ESCAPE '!' OR LOWER(s.name) LIKE {pattern} ESCAPE '!')";
    }

    private static Sql Text(SearchTerm.Field field)
    {
        if (field.Name is "dependency" or "team")
        {
            return field.Name == "team" ? Team(field) : Dependency(field);
        }
        if (field.Text.Length == 0)
        {
            return SearchField.Ordered.Contains(field.Name) ? $"{Column(field.Name)} > 0" : (Sql)$"{Column(field.Name)} <> ''";
        }
        var text = field.Text.ToLowerInvariant();
        var pattern = field.Name == "module" ? $"%:{Like.Containing(text).Trim('%')}%:%" : Like.Containing(text);
        return field.Exact && field.Name != "module"
            ? $"LOWER({Column(field.Name)}) = {text}"
            : (Sql)$"LOWER({Column(field.Name)}) LIKE {pattern} ESCAPE '!'";
    }

    private static Sql Dependency(SearchTerm.Field field)
    {
        var pattern = Like.Containing(field.Text);
        return field.Text.Length == 0
            ? $"r.dependencies <> ''"
            : (Sql)
                $"""
                    EXISTS (
                      SELECT 1 FROM resources d WHERE d.state_id = r.state_id AND r.dependencies LIKE '%,' || d.ordinal || ',%'
                        AND ({!field.Exact} AND LOWER(d.urn) LIKE {pattern} ESCAPE '!' OR LOWER(d.urn) = {field.Text.ToLowerInvariant()})
                    )
                    """;
    }

    /// <summary>One that has the stack; without a name, any.</summary>
    private static Sql Team(SearchTerm.Field field) =>
        $"""
            EXISTS (
              SELECT 1 FROM team_stacks ts JOIN teams t ON t.id = ts.team_id
              WHERE ts.stack_id = s.id AND t.organization_id = s.organization_id
                AND ({!field.Exact} AND t.name_key LIKE {Like.Containing(
                field.Text
            )} ESCAPE '!' OR t.name_key = {field.Text.ToLowerInvariant()})
            )
            """;

    private static Sql Flag(SearchTerm.Field field) =>
        field.Text.ToLowerInvariant() switch
        {
            "true" or "yes" or "" => Column(field.Name),
            "false" or "no" => $"NOT {Column(field.Name)}",
            _ => throw SearchParser.Wrong($"'{field.Text}' is not a value of {field.Name}, which is true or false."),
        };

    private static Sql Range(SearchTerm.Range range)
    {
        var (column, known) = (Column(range.Name), range.Name == "version" ? 0 : 1);
        return $"({column} >= {Math.Max(range.From ?? 0, known)} AND {column} < {range.Below ?? long.MaxValue})";
    }

    private static Sql Property(SearchTerm.Property property)
    {
        var path = Like.Containing(property.Path).Trim('%');
        var pattern = property.Value is { } value ? $"%\n{path}={Like.Containing(value)[1..^1]}\n%" : $"%\n{path}=%";
        return $"""
            EXISTS (
              SELECT 1 FROM resource_properties p WHERE p.state_id = r.state_id AND p.ordinal = r.ordinal AND p.lines LIKE {pattern} ESCAPE '!'
            )
            """;
    }
}
