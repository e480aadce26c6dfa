using System.Text;
using Server.Auth;
using Server.Console;
using Server.Organizations;

namespace Server.Search;

/// <summary>What a search has found as a table for spreadsheets (RFC 4180).</summary>
public static class SearchCsv
{
    private const int AtOnce = 1000;
    private const long Most = 200_000;

    /// <summary>The same for who is signed in to the console.</summary>
    public static void MapSearchDownload(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/{org}/resources.csv", Download).RequireSignedInMember(Permission.ResourcesSearch).OfOrganizations();

    public static async Task Write(
        HttpResponse response,
        string type,
        SearchStore search,
        Organization organization,
        SearchTerm? term,
        CancellationToken ct
    )
    {
        response.ContentType = type + "; charset=utf-8";
        await response.WriteAsync("project,stack,name,type,package,module,id,protected,created,modified,urn\r\n", ct);
        for (var skip = 0L; skip < Most; skip += AtOnce)
        {
            var rows = await search.Rows(organization, new(term, "project", Ascending: true, skip, AtOnce), ct);
            var text = new StringBuilder();
            rows.ForEach(row => text.AppendJoin(',', Cells(row).Select(Quote)).Append("\r\n"));
            await response.WriteAsync(text.ToString(), ct);
            if (rows.Count < AtOnce)
            {
                return;
            }
        }
    }

    private static async Task<IResult> Download(HttpContext http, SearchStore search, CancellationToken ct)
    {
        var organization = http.Organization();
        SearchTerm? term;
        try
        {
            term = SearchParser.Parse(http.Request.Query["query"]);
        }
        catch (ApiException)
        {
            return Results.BadRequest();
        }
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"resources-{organization.Login}.csv\"";
        await Write(http.Response, "text/csv", search, organization, term, ct);
        return Results.Empty;
    }

    private static string[] Cells(SearchRow row) =>
        [
            row.Project,
            row.Stack,
            row.Name,
            row.Type,
            row.Package,
            SearchAnswer.Module(row.Type),
            row.PhysicalId,
            row.Protect ? "true" : "false",
            SearchAnswer.Time(row.CreatedMs) ?? "",
            SearchAnswer.Time(row.ModifiedMs) ?? "",
            row.Urn,
        ];

    /// <summary>Spreadsheets take a text that begins like a formula for one, which a program's author could use against who opens the file.</summary>
    private static string Quote(string cell)
    {
        var text = cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + cell : cell;
        return text.AsSpan().IndexOfAny(",\"\r\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
