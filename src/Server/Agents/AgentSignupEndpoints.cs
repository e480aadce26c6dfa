using Server.Auth;

namespace Server.Agents;

/// <summary>
/// Where the stock CLI asks for a temporary account when a coding agent runs it and nobody is logged in. This server gives none: who may come in is
/// decided by people.
/// </summary>
public static class AgentSignupEndpoints
{
    public static void MapAgentSignup(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/agents/signup", Refuse).AllowAnonymous();
        routes.MapPost("/api/agents/signup", Refuse).AllowAnonymous();
        routes.MapGet("/api/agents/signup/validate/{claimToken}", Refuse).AllowAnonymous();
    }

    private static void Refuse() =>
        throw ApiException.NotFound(
            "This server makes no temporary accounts for agents. Log in with `pulumi login`, or set PULUMI_ACCESS_TOKEN to a token made in the console."
        );
}
