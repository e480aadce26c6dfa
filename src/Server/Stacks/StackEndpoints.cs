using Server.Auth;
using Server.Organizations;

namespace Server.Stacks;

public static class StackEndpoints
{
    /// <summary>The address of a project, where its stacks are made.</summary>
    public const string ProjectRoute = "/api/stacks/{orgName}/{projectName}";

    public static void AddStacks(this IServiceCollection services)
    {
        services.AddSingleton<StackStore>();
        services.AddSingleton<StackListStore>();
        services.AddSingleton<StackTableStore>();
        services.AddSingleton<StackTagging>();
        services.AddSingleton<StarStore>();
    }

    public static void MapStacks(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods(ProjectRoute, [HttpMethods.Head], ProjectExists).RequireMember(Permission.StackList);
        routes.MapStackList();
        routes.MapStackTags();
        routes.MapStackPolicies();
    }

    /// <summary>A project is there as long as it has a stack.</summary>
    private static async Task<IResult> ProjectExists(HttpContext http, string projectName, StackStore stacks, CancellationToken ct) =>
        await stacks.ProjectExists(http.Organization(), projectName, ct) ? Results.Ok() : Results.NotFound();
}
