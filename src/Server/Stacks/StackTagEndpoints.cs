using Server.Auth;
using Server.Data;
using Server.Http;
using Wire;

namespace Server.Stacks;

public static class StackTagEndpoints
{
    public static void MapStackTags(this IEndpointRouteBuilder routes)
    {
        routes.MapPatch(StackAccess.Route + "/tags", Replace).RequireStack();
        routes.MapPost(StackAccess.Route + "/tags", Add).RequireStack();
        routes.MapPatch(StackAccess.Route + "/tags/{tagName}", Change).RequireStack();
        routes.MapDelete(StackAccess.Route + "/tags/{tagName}", Delete).RequireStack();
    }

    private static Task<IResult> Replace(
        HttpContext http,
        Body<Dictionary<string, string?>> body,
        Database database,
        StackStore stacks,
        CancellationToken ct
    )
    {
        var tags = StackTags.Check(body.Value);
        StackTags.CheckProject(tags, http.Stack().Project);
        return Write(http.Stack(), database, stacks, transaction => stacks.ReplaceTags(transaction, http.Stack().Id, tags), ct);
    }

    private static Task<IResult> Add(HttpContext http, Body<StackTag> body, Database database, StackStore stacks, CancellationToken ct)
    {
        var (name, value) = (body.Value.Name ?? "", body.Value.Value ?? "");
        StackTags.Check(name, value);
        StackTags.CheckProject(new Dictionary<string, string> { [name] = value }, http.Stack().Project);
        return Write(
            http.Stack(),
            database,
            stacks,
            async transaction =>
            {
                if (!await stacks.AddTag(transaction, http.Stack().Id, name, value))
                {
                    throw ApiException.BadRequest($"The stack has a tag '{name}' already.");
                }
                StackTags.Check((await stacks.Tags(transaction, http.Stack().Id)).ToDictionary(t => t.Key, string? (t) => t.Value));
            },
            ct
        );
    }

    private static Task<IResult> Change(
        HttpContext http,
        string tagName,
        Body<StackTag> body,
        Database database,
        StackStore stacks,
        CancellationToken ct
    )
    {
        StackTags.Check(tagName, body.Value.Value ?? "");
        StackTags.CheckNotBuiltIn(tagName);
        return Write(
            http.Stack(),
            database,
            stacks,
            async transaction =>
            {
                if (!await stacks.ChangeTag(transaction, http.Stack().Id, tagName, body.Value.Value ?? ""))
                {
                    throw Missing(tagName);
                }
            },
            ct
        );
    }

    private static Task<IResult> Delete(HttpContext http, string tagName, Database database, StackStore stacks, CancellationToken ct)
    {
        StackTags.CheckNotBuiltIn(tagName);
        return Write(
            http.Stack(),
            database,
            stacks,
            async transaction =>
            {
                if (!await stacks.DeleteTag(transaction, http.Stack().Id, tagName))
                {
                    throw Missing(tagName);
                }
            },
            ct
        );
    }

    /// <summary>One after the other: two that replace all tags at once must not leave a mixture.</summary>
    private static async Task<IResult> Write(
        Stack stack,
        Database database,
        StackStore stacks,
        Func<Transaction, Task> change,
        CancellationToken ct
    )
    {
        await database.Write(
            async transaction =>
            {
                if (!await stacks.Lock(transaction, stack.Id))
                {
                    throw StackAccess.NotFound(stack.Organization, stack.Project, stack.Name);
                }
                await change(transaction);
                return true;
            },
            ct
        );
        return Results.NoContent();
    }

    private static ApiException Missing(string name) => ApiException.NotFound($"The stack has no tag '{name}'");
}
