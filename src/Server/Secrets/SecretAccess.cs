using Server.Auth;
using Server.Stacks;

namespace Server.Secrets;

/// <summary>
/// The rule for secrets: as <see cref="StackAccess.RequireStack"/>, but a stack's former names mean it too. States and configuration files carry the
/// name that the stack had when they were written.
/// </summary>
public static class SecretAccess
{
    public static RouteHandlerBuilder RequireStackByAnyName(this RouteHandlerBuilder endpoint, string permission) =>
        endpoint
            .RequireUser()
            .AddEndpointFilter(FindStack)
            .WithMetadata(new StackAccess.StackMembersOnly(), new NeedsAttribute(permission));

    private static async ValueTask<object?> FindStack(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var http = call.HttpContext;
        var (organization, project, name) = http.StackNameParts();
        var stacks = http.RequestServices.GetRequiredService<StackStore>();
        var stack =
            await stacks.Find(http.Caller().AccountId, organization, project, name, http.RequestAborted)
            ?? (await stacks.FindByFormerName(http.Caller().AccountId, organization, project, name, http.RequestAborted)).FirstOrDefault();
        http.SetStack(stack, organization, project, name);
        return await next(call);
    }
}
