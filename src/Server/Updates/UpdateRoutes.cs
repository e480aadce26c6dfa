using Server.Stacks;

namespace Server.Updates;

/// <summary>
/// Addresses of updates. The CLI says <c>update</c> whatever the kind; the published API has one address for each kind, so any of them does.
/// </summary>
public static class UpdateRoutes
{
    public const string Parameter = "updateID";

    /// <param name="below">What follows the update's address: empty, or with its slash.</param>
    public static void MapUpdate(
        this IEndpointRouteBuilder routes,
        string method,
        string below,
        Delegate handler,
        Action<RouteHandlerBuilder> access
    )
    {
        foreach (var kind in UpdateKind.Runs)
        {
            access(routes.MapMethods($"{StackAccess.Route}/{kind}/{{{Parameter}}}{below}", [method], handler));
        }
    }

    public static string UpdateId(this HttpContext http) => (string)http.GetRouteValue(Parameter)!;
}
