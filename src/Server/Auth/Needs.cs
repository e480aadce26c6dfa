namespace Server.Auth;

/// <summary>The permission that a route or a page asks for; without it nobody gets to it. A test fails on one below an organization that has none.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NeedsAttribute(string permission) : Attribute
{
    /// <summary>One of <see cref="Auth.Permission"/>.</summary>
    public string Permission => permission;
}

public static class NeedsExtensions
{
    public static string NeededPermission(this HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<NeedsAttribute>()?.Permission
        ?? throw new InvalidOperationException($"{http.GetEndpoint()?.DisplayName} does not say what permission it needs.");
}
