namespace Server.Auth;

/// <summary>The permission that a route or a page asks for; without it nobody gets to it. A test fails on one below an organization that has none.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NeedsAttribute(string permission) : Attribute
{
    /// <summary>One of <see cref="Auth.Permission"/>.</summary>
    public string Permission => permission;
}

/// <summary>
/// What a route asks after who is calling is known, and before it reads the body: a body that is wrong must not tell anything to who may not send it.
/// </summary>
public sealed record AccessCheck(Func<HttpContext, Task> Run);

public static class NeedsExtensions
{
    public static IApplicationBuilder UseAccessChecks(this IApplicationBuilder app) =>
        app.Use(
            async (http, next) =>
            {
                if (http.GetEndpoint()?.Metadata.GetMetadata<AccessCheck>() is { } check)
                {
                    await check.Run(http);
                }
                await next(http);
            }
        );

    public static string NeededPermission(this HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<NeedsAttribute>()?.Permission
        ?? throw new InvalidOperationException($"{http.GetEndpoint()?.DisplayName} does not say what permission it needs.");
}
