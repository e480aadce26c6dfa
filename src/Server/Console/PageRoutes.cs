using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Routing.Patterns;
using Server.Organizations;

namespace Server.Console;

/// <summary>
/// Pages whose address begins with an organization do not answer where the service itself has addresses: an unknown one below <c>/api</c> or
/// <c>/user</c> is not a stack of an organization of that name, which cannot exist.
/// </summary>
public static class PageRoutes
{
    public static void MapPages(this IEndpointRouteBuilder routes) => routes.MapRazorComponents<App>().OfOrganizations();

    /// <summary>For what begins with an organization's name and is not a page.</summary>
    public static T OfOrganizations<T>(this T endpoint)
        where T : IEndpointConventionBuilder
    {
        endpoint.Add(e => KeepOut((RouteEndpointBuilder)e));
        return endpoint;
    }

    private static void KeepOut(RouteEndpointBuilder page)
    {
        var first = page.RoutePattern.PathSegments.Count > 0 ? page.RoutePattern.PathSegments[0].Parts[0] : null;
        if (first is RoutePatternParameterPart organization)
        {
            page.RoutePattern = RoutePatternFactory.Parse(
                page.RoutePattern.RawText!,
                defaults: null,
                new RouteValueDictionary { [organization.Name] = new OrganizationOnly() }
            );
        }
    }

    private sealed class OrganizationOnly : IRouteConstraint, IParameterLiteralNodeMatchingPolicy
    {
        /// <summary>Asked while the routes are put together: a method that an address of the API does not take is not said to be one of a page.</summary>
        public bool MatchesLiteral(string parameterName, string literal) => !OrganizationName.Reserved.Contains(literal);

        public bool Match(
            HttpContext? httpContext,
            IRouter? route,
            string routeKey,
            RouteValueDictionary values,
            RouteDirection routeDirection
        ) => values[routeKey] is string name && !OrganizationName.Reserved.Contains(name);
    }
}
