namespace Server.Auth;

/// <summary>
/// Holds narrow tokens to what they may do, by what a route says of itself; a route that says nothing counts as one that changes something, and is
/// out of reach for a token of one stack or one organization unless it lies below it.
/// </summary>
public static class TokenLimits
{
    /// <summary>The route changes nothing, whatever its method.</summary>
    public static T OnlyReads<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new Reads());

    /// <summary>The route shows a token of one stack or organization no more than that, by <see cref="Limits.Reaches(string)"/>.</summary>
    public static T HeedsReach<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new Heeds());

    /// <summary>What the route does could be turned into more than a narrow token may do.</summary>
    public static T WholeTokensOnly<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new Whole());

    public static IApplicationBuilder UseTokenLimits(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
                http.CallerOrNull() is { TokenId: not null } caller
                && http.GetEndpoint() is RouteEndpoint route
                && Problem(route, http, caller) is { } problem
                    ? throw ApiException.Forbidden(problem)
                    : next(http)
        );

    private static string? Problem(RouteEndpoint route, HttpContext http, Caller caller)
    {
        var limits = caller.Limits;
        var permission = route.Metadata.GetMetadata<NeedsAttribute>()?.Permission;
        return limits.ReadOnly && !ChangesNothing(route, http.Request.Method, permission)
                ? "This access token is read-only. Use one that is not, or ask its owner for one."
            : Is<Whole>(route) && caller.Machine is not null
                ? "A token of an organization or a team can neither make tokens nor change who may do what. Use a person's, or the console."
            : Is<Whole>(route) && limits.Any
                ? "This access token is narrowed, so it can neither make tokens nor change who may do what. Use a whole one, or the console."
            : permission is not null && !limits.Permit(permission)
                ? Limits.IsDecryption(permission) ? "This access token may not decrypt secrets. Use one that may, or ask its owner for one."
                    : $"This access token leaves out the permission '{permission}'. Use one that has it, or ask its owner for one."
            : limits.StackId is not null && !Is<Heeds>(route) && !Has(route, "stackName")
                ? "This access token reaches one stack, and nothing beside it. Use another token for this."
            : limits.OrganizationId is not null && !Is<Heeds>(route) && !Has(route, "orgName")
                ? "This access token reaches one organization, and nothing beside it. Use another token for this."
            : null;
    }

    /// <summary>A method that reads, a route that says so, or one that makes or opens a ciphertext.</summary>
    private static bool ChangesNothing(RouteEndpoint route, string method, string? permission) =>
        HttpMethods.IsGet(method)
        || HttpMethods.IsHead(method)
        || Is<Reads>(route)
        || (permission is not null && (Limits.IsDecryption(permission) || permission.EndsWith(":encrypt", StringComparison.Ordinal)));

    private static bool Is<T>(RouteEndpoint route)
        where T : class => route.Metadata.GetMetadata<T>() is not null;

    private static bool Has(RouteEndpoint route, string parameter) => route.RoutePattern.GetParameter(parameter) is not null;

    private sealed record Reads;

    private sealed record Heeds;

    private sealed record Whole;
}
