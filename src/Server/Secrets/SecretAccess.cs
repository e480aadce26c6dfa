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
        endpoint.RequireUser().WithMetadata(new StackAccess.StackMembersOnly(), new NeedsAttribute(permission), new AccessCheck(FindStack));

    private static async Task FindStack(HttpContext http)
    {
        var (organization, project, name) = http.StackNameParts();
        var stacks = http.RequestServices.GetRequiredService<StackStore>();
        var stack =
            await stacks.Find(http.Caller().AccountId, organization, project, name, http.RequestAborted)
            ?? (await stacks.FindByFormerName(http.Caller().AccountId, organization, project, name, http.RequestAborted)).FirstOrDefault();
        http.SetStack(stack, organization, project, name);
    }
}
