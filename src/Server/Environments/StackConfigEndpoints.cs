using System.Text.Json;
using Server.Auth;
using Server.Data;
using Server.Environments.Language;
using Server.Http;
using Server.Stacks;
using Wire;

namespace Server.Environments;

/// <summary>Which environment holds a stack's configuration; where none does, a file does.</summary>
public static class StackConfigEndpoints
{
    public static void MapStackConfig(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(StackAccess.Route + "/config", Read).RequireStack(Permission.StackRead);
        routes.MapPut(StackAccess.Route + "/config", Write).RequireStack(Permission.StackWrite);
        routes.MapDelete(StackAccess.Route + "/config", Delete).RequireStack(Permission.StackWrite);
    }

    /// <summary>As it is kept with the stack. What clients say of secrets providers is not: environments have their own encryption.</summary>
    public static string Text(EnvironmentReference environment) =>
        JsonSerializer.Serialize(new StackConfig(environment.ToString()), WireJson.Default.StackConfig);

    /// <exception cref="ApiException">It names no environment.</exception>
    public static EnvironmentReference Reference(StackConfig config) =>
        EnvironmentReference.Parse(config.Environment ?? "")
        ?? throw ApiException.BadRequest(
            $"'{config.Environment}' is no name of an environment, which is project/name or project/name@version."
        );

    private static StackConfig Read(HttpContext http) =>
        http.Stack().RemoteConfig
        ?? throw ApiException.NotFound($"The configuration of stack '{http.Stack().FullName}' is in a file, not here");

    private static async Task<StackConfig> Write(
        HttpContext http,
        Body<StackConfig> body,
        EnvironmentStore environments,
        EnvironmentTagStore tags,
        StackStore stacks,
        Database database,
        CancellationToken ct
    )
    {
        var (stack, reference) = (http.Stack(), Reference(body.Value));
        var environment = await environments.Find(stack, stack.OrganizationId, reference.Project, reference.Name, ct);
        if (
            environment is null
            || await tags.Number(environment, reference.Version, ct) is not { } number
            || number < 1
            || number > environment.Latest
        )
        {
            throw ApiException.BadRequest($"There is no environment '{reference}' in {stack.Organization}. Create it first.");
        }
        await Set(database, stacks, stack, Text(reference), ct);
        return new(reference.ToString());
    }

    private static async Task<IResult> Delete(HttpContext http, StackStore stacks, Database database, CancellationToken ct)
    {
        await Set(database, stacks, http.Stack(), null, ct);
        return Results.NoContent();
    }

    private static Task<bool> Set(Database database, StackStore stacks, Stack stack, string? config, CancellationToken ct) =>
        database.Write(
            async transaction =>
            {
                await stacks.SetConfig(transaction, stack.Id, config);
                return true;
            },
            ct
        );
}
