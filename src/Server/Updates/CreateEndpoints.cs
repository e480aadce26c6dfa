using System.Text.Json;
using Server.Auth;
using Server.Http;
using Server.Stacks;
using Wire;

namespace Server.Updates;

/// <summary>POST /api/stacks/{org}/{project}/{stack}/{update|preview|refresh|destroy}. It holds nothing yet: starting does.</summary>
public static class CreateEndpoints
{
    /// <summary>Configuration comes in the body.</summary>
    public const int LargestBody = 16 * BodyLimit.Mebibyte;

    public static void MapCreateUpdate(this IEndpointRouteBuilder routes)
    {
        foreach (var kind in UpdateKind.Runs)
        {
            routes
                .MapPost(
                    $"{StackAccess.Route}/{kind}",
                    (HttpContext http, Body<UpdateProgram> body, UpdateStore updates, CancellationToken ct) =>
                        Create(http, kind, body.Value, updates, ct)
                )
                .RequireStack(Permission.StackWrite)
                .LimitBody(LargestBody);
        }
    }

    public static async Task<CreateUpdateResponse> Create(
        HttpContext http,
        string kind,
        UpdateProgram program,
        UpdateStore updates,
        CancellationToken ct
    )
    {
        var id = await updates.Create(Describe(http, kind, program), ct);
        return new(id, RequiredPolicies: [], Messages: []);
    }

    private static NewUpdate Describe(HttpContext http, string kind, UpdateProgram program) =>
        new(
            http.Stack().Id,
            kind,
            program.Options?.DryRun ?? kind == UpdateKind.Preview,
            http.Caller().AccountId,
            JsonSerializer.Serialize(program with { Config = null, Metadata = null }, WireJson.Default.UpdateProgram),
            JsonSerializer.Serialize(program.Config ?? [], WireJson.Default.DictionaryStringConfigValue),
            JsonSerializer.Serialize(program.Metadata?.Environment ?? [], WireJson.Default.DictionaryStringString),
            program.Metadata?.Message ?? "",
            Client.Of(http)
        )
        {
            TokenId = http.Caller().TokenId,
        };
}
